//! What all halves of an mpsc channel share, and the senders' reference to it.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};

use vitte_context::primitive::atomic::AtomicUsize;
use vitte_context::primitive::atomic::Ordering::{AcqRel, Acquire, Relaxed, SeqCst};
use vitte_context::primitive::atomic::fence;
use vitte_context::primitive::{Arc, CachePadded, UnsafeCell};
use vitte_context::trace::WaitKind;

use super::gate::{Gate, Permits};
use super::list::{Head, Tail, list};
use super::rx_waker::RxWaker;
use crate::named::named;
use crate::notify::Notify;

pub(super) struct Channel<T, G> {
    pub(super) tail: CachePadded<Tail<T>>,
    pub(super) rx_waker: CachePadded<RxWaker>,
    pub(super) gate: G,
    /// How many strong senders there are.
    senders: AtomicUsize,
    weak_senders: AtomicUsize,
    /// Told when the receiver closes.
    pub(super) rx_closed: Notify,
    /// The receiver's alone, until it is gone.
    pub(super) head: UnsafeCell<Head<T>>,
}

// SAFETY: messages move from senders to the receiver, hence `T: Send`; none is shared. The head is
// used only by the receiver, and afterwards by the thread that drops the channel.
unsafe impl<T: Send, G: Send> Send for Channel<T, G> {}
// SAFETY: as above.
unsafe impl<T: Send, G: Sync> Sync for Channel<T, G> {}

impl<T, G> RefUnwindSafe for Channel<T, G> {}
impl<T, G> UnwindSafe for Channel<T, G> {}

impl<T, G> Channel<T, G> {
    /// A channel with one sender.
    pub(super) fn open(gate: G) -> Tx<T, G> {
        let (tail, head) = list();
        Tx(Arc::new(Channel {
            tail: CachePadded(tail),
            rx_waker: CachePadded(RxWaker::new()),
            gate,
            senders: AtomicUsize::new(1),
            weak_senders: AtomicUsize::new(0),
            rx_closed: Notify::new(),
            head: UnsafeCell::new(head),
        }))
    }

    pub(super) fn strong_count(&self) -> usize {
        // SeqCst: the receiver looks here after leaving its waker; see `RxWaker`. Acquire: a
        // receiver that finds no sender sees all that they sent.
        self.senders.load(SeqCst)
    }

    pub(super) fn weak_count(&self) -> usize {
        self.weak_senders.load(Relaxed)
    }

    pub(super) fn add_weak(&self) {
        // Relaxed: only a number.
        self.weak_senders.fetch_add(1, Relaxed);
    }

    pub(super) fn remove_weak(&self) {
        // Relaxed: only a number.
        self.weak_senders.fetch_sub(1, Relaxed);
    }
}

impl<T, G: Gate> Channel<T, G> {
    pub(super) fn is_closed(&self) -> bool {
        self.gate.is_closed(&self.tail)
    }
}

impl<T> Channel<T, Permits> {
    /// Puts a message in. The caller has a permit.
    #[inline]
    pub(super) fn send(&self, value: T) {
        let pushed = self.tail.push(value);
        // The list of a bounded channel is never closed; its semaphore is.
        debug_assert!(pushed.is_ok());
        self.rx_waker.wake();
    }

    /// Gives permits back that were not used.
    pub(super) fn give_back(&self, permits: usize) {
        self.gate.semaphore.release(permits);
        self.wake_if_idle();
    }

    /// Wakes a receiver that has closed the channel and waits until no permit is held.
    pub(super) fn wake_if_idle(&self) {
        // SeqCst: the permits that were given back stand before the look at the waker.
        fence(SeqCst);
        if self.gate.semaphore.is_closed() && self.gate.is_all_free() {
            self.rx_waker.wake();
        }
    }
}

impl<T, G> Drop for Channel<T, G> {
    fn drop(&mut self) {
        /// Goes on after a message panicked when it was dropped.
        struct Drain<'a, T>(&'a mut Head<T>, &'a Tail<T>);

        impl<T> Drop for Drain<'_, T> {
            fn drop(&mut self) {
                while let Some(value) = self.0.pop(self.1) {
                    let rest = Drain(self.0, self.1);
                    drop(value);
                    std::mem::forget(rest);
                }
                // SAFETY: the channel is being dropped, and no message is left.
                unsafe { self.0.free(self.1) };
            }
        }

        let tail = &*self.tail;
        self.head.with_mut(|head| {
            // SAFETY: `&mut self`: no other reference is left.
            let head = unsafe { &mut *head };
            drop(Drain(head, tail));
        });
    }
}

/// A strong sender's reference to the channel.
pub(super) struct Tx<T, G>(pub(super) Arc<Channel<T, G>>);

impl<T, G> Tx<T, G> {
    pub(super) fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// One more sender, unless the last is gone.
    pub(super) fn upgrade(channel: &Arc<Channel<T, G>>) -> Option<Self> {
        let mut senders = channel.senders.load(Acquire);
        while senders != 0 {
            // AcqRel: a count that lives on keeps what was published with it.
            match channel
                .senders
                .compare_exchange_weak(senders, senders + 1, AcqRel, Acquire)
            {
                Ok(_) => return Some(Tx(channel.clone())),
                Err(actual) => senders = actual,
            }
        }
        None
    }
}

impl<T, G: Gate> Tx<T, G> {
    /// Waits until the receiver closes.
    pub(super) async fn closed(&self) {
        // Made before looking, so that a close in between is noticed.
        let notified = self.0.rx_closed.notified();
        if !self.0.is_closed() {
            named(WaitKind::Mpsc, &*self.0, notified).await;
        }
    }
}

impl<T, G> Clone for Tx<T, G> {
    fn clone(&self) -> Self {
        // Relaxed: this sender keeps the count above zero.
        self.0.senders.fetch_add(1, Relaxed);
        Tx(self.0.clone())
    }
}

impl<T, G> Drop for Tx<T, G> {
    fn drop(&mut self) {
        // SeqCst: publishes what was sent, and stands before the look at the waker.
        if self.0.senders.fetch_sub(1, SeqCst) == 1 {
            self.0.rx_waker.wake();
        }
    }
}

impl<T, G> fmt::Debug for Channel<T, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("senders", &self.strong_count())
            .field("weak_senders", &self.weak_count())
            .finish_non_exhaustive()
    }
}
