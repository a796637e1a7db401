//! Releasing all waiters of this moment, in batches, with the lock released in between.

use std::marker::{PhantomData, PhantomPinned};
use std::pin::{Pin, pin};
use std::ptr::NonNull;

use vitte_context::panics::Panicked;
use vitte_context::primitive::{Mutex, MutexGuard, lock};

use super::list::{Links, Neighbours, WaitList, Waiter, set_next, set_prev};
use super::wake_list::WakeList;

/// Pops every waiter that is in the list now, tells it so with `release`, and wakes it.
///
/// `guard` is the held lock of `mutex`, and `list` finds the list behind it. `release` is the
/// last touch of a waiter (contract 2 of the module). The lock is released while wakers run;
/// waiters that come meanwhile stay in the list, and waiters that leave meanwhile can.
///
/// Neither closure may panic. Wakers may: all others are woken nevertheless, then the first panic
/// goes on.
pub(crate) fn release_all<'m, L, T>(
    mutex: &'m Mutex<L>,
    mut guard: MutexGuard<'m, L>,
    list: impl Fn(&mut L) -> &mut WaitList<T>,
    release: impl Fn(&T),
) {
    let anchor = pin!(Anchor::new());
    let mut detached = Detached::new(anchor.as_ref(), list(&mut guard));
    let mut wakers = WakeList::new();
    let mut panicked = Panicked::default();
    loop {
        while wakers.has_room() {
            let Some(waiter) = detached.pop_front(list(&mut guard)) else {
                // Empty, hence nothing points to the anchor any more.
                drop(guard);
                panicked.note(wakers.wake_all());
                return panicked.resume();
            };
            // SAFETY: the lock is held.
            if let Some(waker) = unsafe { waiter.take_waker() } {
                wakers.push(waker);
            }
            release(waiter.payload());
        }
        drop(guard);
        panicked.note(wakers.wake_all());
        guard = lock(mutex);
    }
}

/// The node that closes a ring of detached waiters.
struct Anchor {
    links: Links,
    _pinned: PhantomPinned,
}

impl Anchor {
    fn new() -> Self {
        Anchor {
            links: Links::new(),
            _pinned: PhantomPinned,
        }
    }
}

/// Waiters that left their list and wait to be released, in a ring around an anchor.
///
/// Still guarded by the lock of the list that they came from. If it were given up with waiters in
/// it, they would keep pointers into a dead stack frame; the process is aborted instead.
struct Detached<'a, T> {
    anchor: NonNull<Links>,
    is_empty: bool,
    _anchor: PhantomData<Pin<&'a Anchor>>,
    _waiters: PhantomData<*const Waiter<T>>,
}

impl<'a, T> Detached<'a, T> {
    /// Moves everything out of `list` and into a ring.
    fn new(anchor: Pin<&'a Anchor>, list: &mut WaitList<T>) -> Self {
        let node = NonNull::from(&anchor.get_ref().links);
        if let (Some(head), Some(tail)) = (list.head.take(), list.tail.take()) {
            let ring = Neighbours {
                prev: Some(tail),
                next: Some(head),
            };
            // SAFETY: no other thread knows the anchor yet.
            unsafe { anchor.links.set(ring) };
            // SAFETY: the head was linked, and `&mut list` stands for the lock.
            unsafe { set_prev(head, Some(node)) };
            // SAFETY: as for the head.
            unsafe { set_next(tail, Some(node)) };
        } else {
            let ring = Neighbours {
                prev: Some(node),
                next: Some(node),
            };
            // SAFETY: no other thread knows the anchor yet.
            unsafe { anchor.links.set(ring) };
        }
        Detached {
            anchor: node,
            is_empty: false,
            _anchor: PhantomData,
            _waiters: PhantomData,
        }
    }

    /// Takes out the waiter that has waited longest. `list` is where they all came from: its
    /// borrow stands for the lock.
    fn pop_front<'l>(&mut self, list: &'l mut WaitList<T>) -> Option<&'l Waiter<T>> {
        // SAFETY: the anchor outlives `self` (`'a`).
        let anchor = unsafe { self.anchor.as_ref() };
        // SAFETY: the lock is held.
        let next = unsafe { anchor.get() }.next;
        let first = next.filter(|&node| node != self.anchor);
        let Some(first) = first else {
            self.is_empty = true;
            return None;
        };
        // SAFETY: not the anchor, hence the links of a waiter, which is alive as it is linked.
        let waiter: &'l Waiter<T> = unsafe { WaitList::waiter(first) };
        // SAFETY: the waiter is linked, and linked waiters are pinned.
        let pinned = unsafe { Pin::new_unchecked(waiter) };
        // SAFETY: the waiter is in a ring detached from this list.
        unsafe { list.remove(pinned) };
        Some(waiter)
    }
}

impl<T> Drop for Detached<'_, T> {
    fn drop(&mut self) {
        if !self.is_empty {
            std::process::abort();
        }
    }
}
