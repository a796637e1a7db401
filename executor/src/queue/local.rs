//! A worker's own queue: a fixed ring that its owner fills and others may rob of half.
//!
//! # Protocol
//!
//! `head` and `tail` count pops and pushes since the start and never wrap (64 bits); their
//! difference is the length. Only the owner moves `tail`. `head` is moved by a compare-exchange,
//! by the owner to pop one task and by a thief to take half of them. A thief copies the tasks out
//! *before* it moves `head`: if the exchange succeeds, no other thread took them, and they are its
//! own; if it fails, it forgets what it copied. The copy may be torn by an owner that reuses the
//! slots, but the owner does so only after `head` moved, and then the exchange fails. Hence the
//! slots are atomics, read and written `Relaxed`.
//!
//! Orderings: the owner's `tail` store is Release and the thief's load Acquire, which publishes
//! the slots. The exchange on `head` is Release for a taker and the owner's load of `head` before
//! it reuses slots is Acquire, so that the copy happens before the reuse.
//!
//! The scheme is that of the run queue in Go's runtime (`runqput`, `runqgrab`).

use std::ptr;

use vitte_context::primitive::atomic::{AtomicPtr, AtomicU64, Ordering};
use vitte_context::primitive::{Arc, CachePadded};

/// What a ring holds: anything that is one pointer. Tasks, and numbers in tests.
pub(crate) trait Entry: Sized {
    fn into_raw(self) -> *mut ();

    /// # Safety
    ///
    /// `raw` comes from `into_raw`, and is turned back at most once.
    unsafe fn from_raw(raw: *mut ()) -> Self;
}

impl Entry for crate::task::header::Task {
    #[inline]
    fn into_raw(self) -> *mut () {
        async_task::Runnable::into_raw(self).as_ptr()
    }

    #[inline]
    unsafe fn from_raw(raw: *mut ()) -> Self {
        // SAFETY: `raw` was a `NonNull` in `into_raw`.
        let raw = unsafe { ptr::NonNull::new_unchecked(raw) };
        // SAFETY: the caller's promise.
        unsafe { async_task::Runnable::from_raw(raw) }
    }
}

/// How many tasks a ring holds. Small under loom, so that its models wrap around and overflow.
#[cfg(not(vitte_loom))]
pub(crate) const CAPACITY: usize = 256;
#[cfg(vitte_loom)]
pub(crate) const CAPACITY: usize = 4;

const MASK: u64 = CAPACITY as u64 - 1;

#[derive(Debug)]
struct Ring {
    head: CachePadded<AtomicU64>,
    tail: CachePadded<AtomicU64>,
    slots: Box<[AtomicPtr<()>]>,
}

/// The owner's end.
#[derive(Debug)]
pub(crate) struct Local<T: Entry> {
    ring: Arc<Ring>,
    _entries: std::marker::PhantomData<(T, *mut ())>,
}

// SAFETY: a `Local` may move to another thread with what it holds; that it is not `Sync` is what
// keeps two threads from being the owner at once.
unsafe impl<T: Entry + Send> Send for Local<T> {}

/// A thief's end.
#[derive(Debug)]
pub(crate) struct Stealer<T: Entry> {
    ring: Arc<Ring>,
    _entries: std::marker::PhantomData<(T, *mut ())>,
}

// SAFETY: robbing is made for many threads at once; tasks travel between threads.
unsafe impl<T: Entry + Send> Send for Stealer<T> {}
// SAFETY: as above.
unsafe impl<T: Entry + Send> Sync for Stealer<T> {}

/// An empty ring: its two ends.
pub(crate) fn ring<T: Entry>() -> (Local<T>, Stealer<T>) {
    let ring = Arc::new(Ring {
        head: CachePadded(AtomicU64::new(0)),
        tail: CachePadded(AtomicU64::new(0)),
        slots: (0..CAPACITY)
            .map(|_| AtomicPtr::new(ptr::null_mut()))
            .collect(),
    });
    let entries = std::marker::PhantomData;
    (
        Local {
            ring: ring.clone(),
            _entries: entries,
        },
        Stealer {
            ring,
            _entries: entries,
        },
    )
}

impl Ring {
    #[inline]
    fn slot(&self, position: u64) -> &AtomicPtr<()> {
        &self.slots[(position & MASK) as usize]
    }

    fn len(&self) -> usize {
        // Relaxed: a hint, exact only for the owner.
        let head = self.head.load(Ordering::Relaxed);
        self.tail.load(Ordering::Relaxed).saturating_sub(head) as usize
    }
}

impl<T: Entry> Local<T> {
    /// How many tasks wait; thieves may take some meanwhile.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.ring.len()
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many tasks can still be pushed; thieves may make it more.
    pub(crate) fn free(&self) -> usize {
        CAPACITY - self.len()
    }

    /// Adds a task at the tail, or gives it back if the ring is full.
    #[inline]
    pub(crate) fn push(&self, task: T) -> Result<(), T> {
        let ring = &*self.ring;
        // Relaxed: only this thread writes `tail`.
        let tail = ring.tail.load(Ordering::Relaxed);
        // Acquire: pairs with the Release of the thread that emptied the slot that is reused now.
        let head = ring.head.load(Ordering::Acquire);
        if tail - head == CAPACITY as u64 {
            return Err(task);
        }
        ring.slot(tail).store(task.into_raw(), Ordering::Relaxed);
        // Release: pairs with the Acquire in `steal_into`; publishes the slot.
        ring.tail.store(tail + 1, Ordering::Release);
        Ok(())
    }

    /// Takes the task at the head.
    #[inline]
    pub(crate) fn pop(&self) -> Option<T> {
        let ring = &*self.ring;
        let tail = ring.tail.load(Ordering::Relaxed);
        let mut head = ring.head.load(Ordering::Relaxed);
        while head != tail {
            let raw = ring.slot(head).load(Ordering::Relaxed);
            // Relaxed: the owner reads its own pushes, and will see its own pop.
            match ring.head.compare_exchange_weak(
                head,
                head + 1,
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                // SAFETY: this thread moved `head` past the slot, so the entry is its own; the
                // owner wrote the slot itself.
                Ok(_) => return Some(unsafe { T::from_raw(raw) }),
                // A thief took the tasks up to here.
                Err(actual) => head = actual,
            }
        }
        None
    }

    /// Takes the older half of a full ring and hands it to `take`, to make room.
    ///
    /// Does nothing if a thief made room meanwhile.
    pub(crate) fn drain_half(&self, mut take: impl FnMut(T)) {
        let ring = &*self.ring;
        let half = CAPACITY as u64 / 2;
        let head = ring.head.load(Ordering::Relaxed);
        let tail = ring.tail.load(Ordering::Relaxed);
        if tail - head < CAPACITY as u64 {
            return;
        }
        let mut raws = [ptr::null_mut(); CAPACITY / 2];
        for (raw, position) in raws.iter_mut().zip(head..) {
            *raw = ring.slot(position).load(Ordering::Relaxed);
        }
        // Relaxed: as in `pop`.
        if ring
            .head
            .compare_exchange(head, head + half, Ordering::Relaxed, Ordering::Relaxed)
            .is_err()
        {
            return;
        }
        for raw in raws {
            // SAFETY: this thread moved `head` past these slots, so the entries are its own.
            take(unsafe { T::from_raw(raw) });
        }
    }
}

impl<T: Entry> Drop for Local<T> {
    fn drop(&mut self) {
        while let Some(task) = self.pop() {
            drop(task);
        }
    }
}

impl<T: Entry> Stealer<T> {
    /// Whether there is nothing to take, as far as one can tell from here.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many tasks there are, as far as one can tell from here.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.ring.len()
    }

    /// How many tasks the owner has pushed, ever.
    pub(crate) fn pushed(&self) -> u64 {
        // Relaxed: readers compare two readings to see that nothing has changed.
        self.ring.tail.load(Ordering::Relaxed)
    }

    /// Moves half of the tasks, rounded up, to the thief's own ring, and returns one of them.
    ///
    /// The thief's ring must have room for half a ring; if not, nothing is taken.
    pub(crate) fn steal_into(&self, own: &Local<T>) -> Option<T> {
        let ring = &*self.ring;
        let own_tail = own.ring.tail.load(Ordering::Relaxed);
        // Acquire: as in `push`, for the slots that are about to be reused.
        let own_head = own.ring.head.load(Ordering::Acquire);
        if CAPACITY as u64 - (own_tail - own_head) < CAPACITY as u64 / 2 {
            return None;
        }
        loop {
            // Acquire: pairs with the Release below; a slot robbed before is seen as robbed.
            let head = ring.head.load(Ordering::Acquire);
            // Acquire: pairs with the Release in `push`; the slots below `tail` are written.
            let tail = ring.tail.load(Ordering::Acquire);
            let waiting = tail.saturating_sub(head);
            if waiting == 0 {
                return None;
            }
            let count = waiting - waiting / 2;
            if count > CAPACITY as u64 / 2 {
                // The two loads belong to different moments.
                vitte_context::primitive::hint::spin_loop();
                continue;
            }
            for offset in 0..count {
                let raw = ring.slot(head + offset).load(Ordering::Relaxed);
                own.ring
                    .slot(own_tail + offset)
                    .store(raw, Ordering::Relaxed);
            }
            // Release: pairs with the Acquire in the owner's `push`: the copy is done before the
            // slots are reused.
            if ring
                .head
                .compare_exchange(head, head + count, Ordering::AcqRel, Ordering::Relaxed)
                .is_err()
            {
                continue;
            }
            // The last one is returned; the others become the thief's.
            let last = own.ring.slot(own_tail + count - 1).load(Ordering::Relaxed);
            // Release: as in `push`.
            own.ring.tail.store(own_tail + count - 1, Ordering::Release);
            // SAFETY: the exchange made the entries ours; `tail` leaves this one out.
            return Some(unsafe { T::from_raw(last) });
        }
    }
}

/// Numbers stand for tasks in tests; they start at 1.
#[cfg(test)]
impl Entry for usize {
    fn into_raw(self) -> *mut () {
        ptr::without_provenance_mut(self)
    }

    unsafe fn from_raw(raw: *mut ()) -> Self {
        raw as usize
    }
}
