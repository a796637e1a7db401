//! A block of the list: places for messages, and which of them are filled.
//!
//! A block belongs to the senders until they release it, and to the receiver once it has consumed
//! it and no sender can come back to it; see [`list`](super::list).

use std::mem::MaybeUninit;
use std::ptr;

use vitte_context::primitive::UnsafeCell;
use vitte_context::primitive::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use vitte_context::primitive::atomic::{AtomicPtr, AtomicU64, AtomicUsize};

/// How many messages a block holds.
#[cfg(all(target_pointer_width = "64", not(vitte_loom)))]
pub(super) const CAPACITY: u64 = 32;
#[cfg(all(not(target_pointer_width = "64"), not(vitte_loom)))]
pub(super) const CAPACITY: u64 = 16;
/// Small, so that models reach the next block.
#[cfg(vitte_loom)]
pub(super) const CAPACITY: u64 = 2;

/// In `filled`, beside a bit per place: no sender will come to this block any more, but for those
/// that claimed a place before `released_at`.
const RELEASED: usize = 1 << CAPACITY;
const ALL_FILLED: usize = RELEASED - 1;

/// The head comes first.
#[repr(C)]
pub(super) struct Block<T> {
    head: Head<T>,
    places: [UnsafeCell<MaybeUninit<T>>; CAPACITY as usize],
}

struct Head<T> {
    /// The position of the first place. Written only while no other thread refers to the block.
    start: AtomicU64,
    /// The block that follows, or null.
    next: AtomicPtr<Block<T>>,
    /// A bit for every place that holds, or held, a message; and `RELEASED`.
    filled: AtomicUsize,
    /// What the tail was when the block was released. Valid once `RELEASED` is set.
    released_at: AtomicU64,
}

/// The position of the first place in the block that holds `position`.
#[inline]
pub(super) fn start_of(position: u64) -> u64 {
    position & !(CAPACITY - 1)
}

#[inline]
fn offset(position: u64) -> usize {
    (position & (CAPACITY - 1)) as usize
}

impl<T> Block<T> {
    /// A block is made where it stays: there may not be room on the stack for that many messages.
    pub(super) fn allocate(start: u64) -> *mut Block<T> {
        let mut block = Box::<Block<T>>::new_uninit();
        let head = Head {
            start: AtomicU64::new(start),
            next: AtomicPtr::new(ptr::null_mut()),
            filled: AtomicUsize::new(0),
            released_at: AtomicU64::new(0),
        };
        // SAFETY: the head comes first in the allocation, which no other thread knows.
        unsafe { block.as_mut_ptr().cast::<Head<T>>().write(head) };
        // SAFETY: the places are inside the allocation.
        let places = unsafe { &raw mut (*block.as_mut_ptr()).places };
        for offset in 0..CAPACITY as usize {
            let place = places.cast::<UnsafeCell<MaybeUninit<T>>>();
            // SAFETY: there are that many places.
            let place = unsafe { place.add(offset) };
            // SAFETY: as above.
            unsafe { place.write(UnsafeCell::new(MaybeUninit::uninit())) };
        }
        // SAFETY: the head was written, and so was each place.
        Box::into_raw(unsafe { block.assume_init() })
    }

    /// # Safety
    ///
    /// The block came from [`allocate`](Self::allocate), nothing refers to it, and it holds no
    /// message that should be dropped.
    pub(super) unsafe fn free(block: *mut Block<T>) {
        // SAFETY: the caller promises it.
        drop(unsafe { Box::from_raw(block) });
    }

    /// Makes a consumed block as good as new. The caller has it to itself and publishes it anew.
    pub(super) fn reset(&self) {
        // Relaxed: no other thread refers to the block.
        self.head.next.store(ptr::null_mut(), Relaxed);
        self.head.filled.store(0, Relaxed);
    }

    /// Gives the block its place in the list. The caller has it to itself and publishes it.
    pub(super) fn set_start(&self, start: u64) {
        // Relaxed: published by the exchange of a `next` pointer.
        self.head.start.store(start, Relaxed);
    }

    #[inline]
    pub(super) fn start(&self) -> u64 {
        // Relaxed: it does not change while the block is in the list.
        self.head.start.load(Relaxed)
    }

    #[inline]
    pub(super) fn next(&self) -> *mut Block<T> {
        // Acquire: pairs with the Release in `append`; the block's fields are published.
        self.head.next.load(Acquire)
    }

    /// Makes `block` the next one; returns the one that is there already if there is.
    pub(super) fn append(&self, block: *mut Block<T>) -> Result<(), *mut Block<T>> {
        // Release: publishes the fields of `block`. Acquire: takes over those of the other one.
        self.head
            .next
            .compare_exchange(ptr::null_mut(), block, Release, Acquire)
            .map(drop)
    }

    /// Puts the message in its place and says so.
    ///
    /// # Safety
    ///
    /// The caller has claimed the position, which lies in this block.
    #[inline]
    pub(super) unsafe fn write(&self, position: u64, value: T) {
        let offset = offset(position);
        self.places[offset].with_mut(|place| {
            // SAFETY: the place is the caller's until it is marked as filled.
            unsafe { (*place).write(value) };
        });
        // SeqCst: publishes the message to `read` and `is_filled`; and it stands before the
        // sender's look at the receiver's waker, see `RxWaker`.
        self.head.filled.fetch_or(1 << offset, SeqCst);
    }

    /// Whether there is a message at the position, which lies in this block.
    #[inline]
    pub(super) fn is_filled(&self, position: u64) -> bool {
        // SeqCst: takes over the message; and it stands behind the receiver's leaving its waker,
        // see `RxWaker`. (A plain load, where SeqCst matters.)
        self.head.filled.load(SeqCst) & (1 << offset(position)) != 0
    }

    /// Takes the message out.
    ///
    /// # Safety
    ///
    /// The caller is the receiver, has seen the place filled, and reads each one once.
    #[inline]
    pub(super) unsafe fn read(&self, position: u64) -> T {
        self.places[offset(position)].with(|place| {
            // SAFETY: the sender is done with the place; only the receiver looks at it.
            let place = unsafe { &*place };
            // SAFETY: the place is filled, hence initialised, and the caller reads it once.
            unsafe { place.assume_init_read() }
        })
    }

    /// Whether every place was filled, so that no sender looks for its place here.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        // Acquire: the thread that moves the tail on passes on what was written here.
        self.head.filled.load(Acquire) & ALL_FILLED == ALL_FILLED
    }

    /// Says that the tail has left the block when it stood at `position`.
    pub(super) fn release(&self, position: u64) {
        // Relaxed: published by the flag.
        self.head.released_at.store(position, Relaxed);
        // Release: pairs with the Acquire in `is_free_at`.
        self.head.filled.fetch_or(RELEASED, Release);
    }

    /// Whether no sender refers to the block any more, now that all before `head` is consumed.
    pub(super) fn is_free_at(&self, head: u64) -> bool {
        // Acquire: pairs with `release`.
        self.head.filled.load(Acquire) & RELEASED != 0
            // Relaxed: published by the flag.
            && self.head.released_at.load(Relaxed) <= head
    }
}
