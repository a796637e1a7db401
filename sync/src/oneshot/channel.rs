//! The shared part of a oneshot channel, and the rules of when each half may touch which cell.
//!
//! # Protocol
//!
//! COMPLETE and CLOSED race; the first of the two decides.
//!
//! 1. *The value* is the sender's until COMPLETE and the receiver's from then on. If CLOSED came
//!    first there is no COMPLETE, and the sender takes the value back.
//! 2. *The receiver's waker* is written by the receiver while RX_WAKER is clear. While the flag is
//!    set neither half may touch it: the receiver gets it back by clearing the flag, the sender
//!    gets it by setting COMPLETE, whichever comes first. The sender moves the waker out and wakes
//!    it, so the receiver remembers in a cell of its own which waker it left.
//! 3. *The sender's waker* likewise: TX_WAKER, and CLOSED gives it to the receiver.
//! 4. A half leaves by setting TX_GONE or RX_GONE, after its last touch. If it finds the other flag
//!    already set, it frees the channel. What is still in a cell then is dropped with it.
//!
//! Other people's code (wakers, drops, clones of wakers) runs only at points where each cell is in
//! the state that its flags say, so that a panic there breaks nothing.

use std::marker::PhantomData;
use std::ptr::{self, NonNull};
use std::task::Waker;

use vitte_context::primitive::UnsafeCell;

use super::state::{RX_GONE, Snapshot, State, TX_GONE};

pub(super) struct Channel<T> {
    pub(super) state: State,
    /// See 1 of the protocol.
    value: UnsafeCell<Option<T>>,
    /// See 2.
    pub(super) rx_waker: WakerCell,
    /// See 3.
    pub(super) tx_waker: WakerCell,
    /// What the receiver left in `rx_waker`. Only the receiver touches it.
    rx_waker_id: UnsafeCell<WakerId>,
}

// SAFETY: the protocol gives each cell to one thread at a time; the value moves between threads,
// hence `T: Send`, and is never shared.
unsafe impl<T: Send> Send for Channel<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Channel<T> {}

impl<T> Channel<T> {
    /// # Safety
    ///
    /// The value is the caller's (1 of the protocol).
    #[inline]
    pub(super) unsafe fn put_value(&self, value: T) {
        // SAFETY: the caller has the cell to itself. It is empty: one value is sent at most.
        self.value.with_mut(|cell| unsafe { *cell = Some(value) });
    }

    /// # Safety
    ///
    /// The value is the caller's (1 of the protocol).
    #[inline]
    pub(super) unsafe fn take_value(&self) -> Option<T> {
        // SAFETY: the caller has the cell to itself.
        self.value.with_mut(|cell| unsafe { (*cell).take() })
    }

    /// # Safety
    ///
    /// The value is the caller's (1 of the protocol).
    pub(super) unsafe fn has_value(&self) -> bool {
        // SAFETY: the caller has the cell to itself.
        self.value.with(|cell| unsafe { (*cell).is_some() })
    }

    /// # Safety
    ///
    /// The caller is the receiver.
    #[inline]
    pub(super) unsafe fn stored_waker_id(&self) -> WakerId {
        // SAFETY: only the receiver touches the cell.
        self.rx_waker_id.with(|cell| unsafe { *cell })
    }

    /// # Safety
    ///
    /// The caller is the receiver.
    #[inline]
    pub(super) unsafe fn set_stored_waker_id(&self, waker: WakerId) {
        // SAFETY: only the receiver touches the cell.
        self.rx_waker_id.with_mut(|cell| unsafe { *cell = waker });
    }
}

/// Which task a waker wakes, without the waker.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct WakerId {
    data: *const (),
    vtable: *const (),
}

impl WakerId {
    const NONE: WakerId = WakerId {
        data: ptr::null(),
        vtable: ptr::null(),
    };

    #[inline]
    pub(super) fn of(waker: &Waker) -> Self {
        WakerId {
            data: waker.data(),
            vtable: ptr::from_ref(waker.vtable()).cast(),
        }
    }
}

/// Room for one waker; the channel's state says whose it is.
pub(super) struct WakerCell(UnsafeCell<Option<Waker>>);

impl WakerCell {
    fn new() -> Self {
        WakerCell(UnsafeCell::new(None))
    }

    /// Puts a waker in or takes it out, and returns what was there.
    ///
    /// # Safety
    ///
    /// The cell is the caller's (2 or 3 of the protocol).
    #[inline]
    pub(super) unsafe fn replace(&self, waker: Option<Waker>) -> Option<Waker> {
        self.0.with_mut(|cell| {
            // SAFETY: the caller has the cell to itself.
            let cell = unsafe { &mut *cell };
            std::mem::replace(cell, waker)
        })
    }
}

/// One half's share in a channel. It must be given up with one of its methods.
pub(super) struct Half<T> {
    channel: NonNull<Channel<T>>,
    _channel: PhantomData<Channel<T>>,
}

// SAFETY: a half is a reference to the channel, and the last one to leave drops it.
unsafe impl<T: Send> Send for Half<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Half<T> {}

// A half is a pointer: moving it moves no value.
impl<T> Unpin for Half<T> {}

impl<T> Half<T> {
    /// Both halves of a new channel.
    #[inline]
    pub(super) fn pair() -> (Self, Self) {
        let channel = Box::new(Channel {
            state: State::new(),
            value: UnsafeCell::new(None),
            rx_waker: WakerCell::new(),
            tx_waker: WakerCell::new(),
            rx_waker_id: UnsafeCell::new(WakerId::NONE),
        });
        let channel = NonNull::from(Box::leak(channel));
        let half = || Half {
            channel,
            _channel: PhantomData,
        };
        (half(), half())
    }

    #[inline]
    pub(super) fn channel(&self) -> &Channel<T> {
        // SAFETY: the channel is freed by the half that leaves last, and this one is here.
        unsafe { self.channel.as_ref() }
    }

    /// The sender leaves.
    #[inline]
    pub(super) fn leave_as_sender(self) {
        let before = self.channel().state.set(TX_GONE);
        self.left(before.has(RX_GONE));
    }

    /// The receiver leaves.
    #[inline]
    pub(super) fn leave_as_receiver(self, seen: Snapshot) {
        // What was seen earlier saves the step if it says that the sender has left.
        let is_last = seen.has(TX_GONE) || self.channel().state.set(RX_GONE).has(TX_GONE);
        self.left(is_last);
    }

    /// This half has left in the same step as it did something else.
    #[inline]
    pub(super) fn left(self, is_last: bool) {
        if is_last {
            // SAFETY: both halves have left, and the acquiring load or exchange that said so
            // makes everything that the other half did visible here.
            drop(unsafe { Box::from_raw(self.channel.as_ptr()) });
        }
    }
}
