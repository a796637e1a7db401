//! The waiter and the list: links, ends, and the six operations on them.

use std::fmt;
use std::marker::{PhantomData, PhantomPinned};
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::Waker;

use vitte_context::primitive::UnsafeCell;
use vitte_context::wakers::PreparedWaker;

/// A neighbour in a list, or none.
pub(super) type Link = Option<NonNull<Links>>;

/// Who stands before and behind a node.
#[derive(Clone, Copy)]
pub(super) struct Neighbours {
    pub(super) prev: Link,
    pub(super) next: Link,
}

/// The part of a [`Waiter`] that a list sees. Guarded by the list owner's mutex.
pub(super) struct Links {
    neighbours: UnsafeCell<Neighbours>,
}

impl Links {
    pub(super) const NONE: Neighbours = Neighbours {
        prev: None,
        next: None,
    };

    #[inline]
    pub(super) fn new() -> Self {
        Links {
            neighbours: UnsafeCell::new(Links::NONE),
        }
    }

    /// # Safety
    ///
    /// The caller holds the mutex of the list that the node is in, or has the node to itself.
    #[inline]
    pub(super) unsafe fn get(&self) -> Neighbours {
        // SAFETY: the caller has the node to itself.
        self.neighbours.with(|neighbours| unsafe { *neighbours })
    }

    /// # Safety
    ///
    /// As for [`get`](Self::get).
    #[inline]
    pub(super) unsafe fn set(&self, value: Neighbours) {
        // SAFETY: the caller has the node to itself.
        self.neighbours
            .with_mut(|neighbours| unsafe { *neighbours = value });
    }
}

/// One pending future in a [`WaitList`]: its waker, and what the primitive knows about it.
// `repr(C)`: a pointer to the links is a pointer to the waiter; see `WaitList::waiter`.
#[repr(C)]
pub(crate) struct Waiter<T> {
    links: Links,
    waker: UnsafeCell<Option<Waker>>,
    payload: T,
    /// Lists hold pointers to it; and without this, `&mut` to the future would promise the
    /// compiler that nothing else writes to the links.
    _pinned: PhantomPinned,
}

// SAFETY: links and waker are touched only through unsafe methods whose callers hold the mutex of
// the list; `Waker` is `Send + Sync`, and the payload is shared with the holder of that mutex.
unsafe impl<T: Send + Sync> Send for Waiter<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Waiter<T> {}

impl<T> Waiter<T> {
    /// A waiter that is in no list and has no waker.
    #[inline]
    pub(crate) fn new(payload: T) -> Self {
        Waiter {
            links: Links::new(),
            waker: UnsafeCell::new(None),
            payload,
            _pinned: PhantomPinned,
        }
    }

    /// What the primitive keeps per waiter.
    #[inline]
    pub(crate) fn payload(&self) -> &T {
        &self.payload
    }

    /// Replaces the waker and returns the previous one, to be dropped after unlocking.
    ///
    /// # Safety
    ///
    /// The caller holds the mutex of the list that the waiter is in, or goes into.
    #[inline]
    pub(crate) unsafe fn set_waker(&self, waker: Option<Waker>) -> Option<Waker> {
        self.waker.with_mut(|slot| {
            // SAFETY: the waker is touched only under the mutex, which the caller holds.
            let slot = unsafe { &mut *slot };
            std::mem::replace(slot, waker)
        })
    }

    /// Takes the waker out: the waiter was popped and its waker is to be woken after unlocking.
    ///
    /// # Safety
    ///
    /// As for [`set_waker`](Self::set_waker).
    #[inline]
    pub(crate) unsafe fn take_waker(&self) -> Option<Waker> {
        // SAFETY: the caller's promise is the same.
        unsafe { self.set_waker(None) }
    }

    /// Makes sure that the waiter wakes the same task as `prepared`; returns a waker that was
    /// replaced, to be dropped after unlocking.
    ///
    /// # Safety
    ///
    /// As for [`set_waker`](Self::set_waker).
    #[inline]
    pub(crate) unsafe fn update_waker(&self, prepared: &mut PreparedWaker<'_>) -> Option<Waker> {
        self.waker.with_mut(|slot| {
            // SAFETY: the waker is touched only under the mutex, which the caller holds.
            let slot = unsafe { &mut *slot };
            prepared.store_in(slot)
        })
    }
}

impl<T: fmt::Debug> fmt::Debug for Waiter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiter")
            .field("payload", &self.payload)
            .finish_non_exhaustive()
    }
}

/// Waiters in the order in which they came. Lies inside its owner's mutex.
///
/// Its methods take `&mut self`, which only the holder of the mutex has: the borrow stands for the
/// lock.
pub(crate) struct WaitList<T> {
    pub(super) head: Link,
    pub(super) tail: Link,
    _waiters: PhantomData<*const Waiter<T>>,
}

// SAFETY: the list hands out `&Waiter<T>` to whichever thread holds it; a waiter is `Sync` if the
// payload is.
unsafe impl<T: Sync> Send for WaitList<T> {}

impl<T> WaitList<T> {
    /// An empty list.
    pub(crate) const fn new() -> Self {
        WaitList {
            head: None,
            tail: None,
            _waiters: PhantomData,
        }
    }

    /// Whether no waiter is queued here. Waiters that are being released do not count.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.head.is_none()
    }

    /// Adds a waiter behind all others.
    ///
    /// # Safety
    ///
    /// The waiter is in no list. Until it is popped, or removed from this list, it stays pinned
    /// and alive: its owner upholds contract 1 of the module.
    pub(crate) unsafe fn push_back(&mut self, waiter: Pin<&Waiter<T>>) {
        let node = NonNull::from(&waiter.get_ref().links);
        let neighbours = Neighbours {
            prev: self.tail,
            next: None,
        };
        // SAFETY: the waiter is in no list, so no other thread touches its links.
        unsafe { waiter.links.set(neighbours) };
        match self.tail {
            // SAFETY: the tail is a linked node of this list.
            Some(tail) => unsafe { set_next(tail, Some(node)) },
            None => self.head = Some(node),
        }
        self.tail = Some(node);
    }

    /// The waiter that has waited longest.
    #[inline]
    pub(crate) fn front(&mut self) -> Option<&Waiter<T>> {
        // SAFETY: the head is a linked node of this list; the result borrows the list and with it
        // the lock, under which its owner would have to remove it.
        self.head.map(|node| unsafe { Self::waiter(node) })
    }

    /// Takes out the waiter that has waited longest.
    ///
    /// The result may be used until its owner is notified; see contract 2 of the module.
    #[inline]
    pub(crate) fn pop_front(&mut self) -> Option<&Waiter<T>> {
        let node = self.head?;
        // SAFETY: the head is a linked node of this list, and the list is borrowed.
        unsafe { self.unlink(node) };
        // SAFETY: its owner cannot free it before it is notified, or before this borrow ends.
        Some(unsafe { Self::waiter(node) })
    }

    /// Takes out the waiter that came last.
    ///
    /// The result may be used until its owner is notified; see contract 2 of the module.
    pub(crate) fn pop_back(&mut self) -> Option<&Waiter<T>> {
        let node = self.tail?;
        // SAFETY: the tail is a linked node of this list, and the list is borrowed.
        unsafe { self.unlink(node) };
        // SAFETY: its owner cannot free it before it is notified, or before this borrow ends.
        Some(unsafe { Self::waiter(node) })
    }

    /// Takes this waiter out, and says whether it was still linked.
    ///
    /// # Safety
    ///
    /// The waiter is in this list, in a ring that [`release_all`](super::release_all) detached
    /// from it, or in none.
    pub(crate) unsafe fn remove(&mut self, waiter: Pin<&Waiter<T>>) -> bool {
        let node = NonNull::from(&waiter.get_ref().links);
        // SAFETY: the lock that `&mut self` stands for guards every list the waiter may be in.
        let Neighbours { prev, next } = unsafe { waiter.links.get() };
        let is_linked = match (prev, next) {
            (None, None) => self.head == Some(node),
            _ => true,
        };
        if is_linked {
            // SAFETY: linked, as just found, and in this list or in a ring under the same lock.
            unsafe { self.unlink(node) };
        }
        is_linked
    }

    /// Unlinks a node; the ends of this list move only if the node is one of them.
    ///
    /// # Safety
    ///
    /// The node is linked, in this list or in a ring under the same lock.
    unsafe fn unlink(&mut self, node: NonNull<Links>) {
        // SAFETY: a linked node is alive.
        let links = unsafe { node.as_ref() };
        // SAFETY: the lock is held.
        let Neighbours { prev, next } = unsafe { links.get() };
        match prev {
            // SAFETY: a linked node's neighbours are linked, hence alive.
            Some(prev) => unsafe { set_next(prev, next) },
            None => self.head = next,
        }
        match next {
            // SAFETY: as for the other neighbour.
            Some(next) => unsafe { set_prev(next, prev) },
            None => self.tail = prev,
        }
        // SAFETY: the lock is held.
        unsafe { links.set(Links::NONE) };
    }

    /// The waiter that these links belong to.
    ///
    /// # Safety
    ///
    /// The links are those of a `Waiter<T>` that stays alive for `'a`; not those of an anchor.
    #[inline]
    pub(super) unsafe fn waiter<'a>(node: NonNull<Links>) -> &'a Waiter<T> {
        // SAFETY: the links are the first field of the waiter, which is `repr(C)`.
        unsafe { node.cast::<Waiter<T>>().as_ref() }
    }
}

impl<T> fmt::Debug for WaitList<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitList")
            .field("is_empty", &self.is_empty())
            .finish()
    }
}

/// # Safety
///
/// The node is linked and the caller holds its list's mutex.
pub(super) unsafe fn set_next(node: NonNull<Links>, next: Link) {
    // SAFETY: a linked node is alive.
    let links = unsafe { node.as_ref() };
    // SAFETY: the caller holds the mutex.
    let neighbours = unsafe { links.get() };
    // SAFETY: the caller holds the mutex.
    unsafe { links.set(Neighbours { next, ..neighbours }) };
}

/// # Safety
///
/// The node is linked and the caller holds its list's mutex.
pub(super) unsafe fn set_prev(node: NonNull<Links>, prev: Link) {
    // SAFETY: a linked node is alive.
    let links = unsafe { node.as_ref() };
    // SAFETY: the caller holds the mutex.
    let neighbours = unsafe { links.get() };
    // SAFETY: the caller holds the mutex.
    unsafe { links.set(Neighbours { prev, ..neighbours }) };
}
