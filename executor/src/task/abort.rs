//! Aborting a task: how an abort reaches a task that is suspended, and a handle that can abort but
//! not join.
//!
//! A `JoinHandle` holds its task's memory, and with it the header. An [`AbortHandle`] holds only a
//! [`Link`] to the header, made when the first such handle is asked for: to hold the memory as well
//! it would need a waker of the task, which costs two atomic operations, and would have to be had
//! when the task is spawned, so that every task would pay for a handle that few want.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, Ordering};

use vitte_context::primitive::{Mutex, lock};

use super::header::Header;
use super::id::Id;

/// Aborts a task from anywhere. Dropping the handle leaves the task alone.
///
/// It does not keep the task's memory alive.
#[derive(Clone)]
pub struct AbortHandle {
    link: Arc<Link>,
    id: Id,
}

impl UnwindSafe for AbortHandle {}
impl RefUnwindSafe for AbortHandle {}

impl AbortHandle {
    pub(super) fn new(header: &Header) -> Self {
        AbortHandle {
            link: header.link().get(header),
            id: Id::of(header),
        }
    }

    /// Asks the task to stop at its next `.await`; see [`JoinHandle::abort`](super::JoinHandle).
    pub fn abort(&self) {
        let pinned = self.link.with(|header| {
            header.set_aborted();
            Pinned::new(header)
        });
        // Outside of the link's lock, which the end of the task's memory takes as well.
        if let Some(Some(pinned)) = pinned {
            pinned.wake();
        }
    }

    /// Whether the task is complete. After `abort` it may take a while until it is.
    pub fn is_finished(&self) -> bool {
        self.link.with(Header::is_finished).unwrap_or(true)
    }

    /// The task's id.
    pub fn id(&self) -> Id {
        self.id
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortHandle")
            .field("id", &self.id())
            .finish()
    }
}

/// Asks a task to end, and wakes it if it is suspended.
pub(super) fn abort(header: &Header) {
    header.set_aborted();
    if let Some(pinned) = Pinned::new(header) {
        pinned.wake();
    }
}

/// A task that is registered and cannot leave its owner as long as this lives.
///
/// It has the header by address: while it is pinned the registry's waker keeps the memory alive.
struct Pinned(NonNull<Header>);

impl Pinned {
    fn new(header: &Header) -> Option<Self> {
        header.stage().pin().then(|| Pinned(NonNull::from(header)))
    }

    fn header(&self) -> &Header {
        // SAFETY: the task stays in the registry until it is unpinned, and its waker there holds
        // the memory that the header is in.
        unsafe { self.0.as_ref() }
    }

    /// Wakes the task.
    fn wake(self) {
        let header = self.header();
        let waker = header.registration().get().and_then(|key| {
            // SAFETY: an owner waits until its registered tasks are taken out, and this one is
            // pinned.
            unsafe { header.owner() }.registry.waker(key)
        });
        drop(self);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        let header = self.header();
        let Some(key) = header.registration().get() else {
            unreachable!("a task without registration was pinned");
        };
        // SAFETY: as in `wake`; if the task has finished, it is still in the registry.
        let owner = unsafe { header.owner() };
        if header.stage().unpin() {
            // The task finished meanwhile, and left its last step to this.
            drop(owner.complete(key));
        }
    }
}

/// Leads to a task's header as long as there is one. Shared by the task's abort handles.
#[derive(Debug)]
pub(super) struct Link {
    header: Mutex<Option<NonNull<Header>>>,
}

// SAFETY: the header is `Sync`, and taken out of the link before it goes.
unsafe impl Send for Link {}
// SAFETY: as above.
unsafe impl Sync for Link {}

impl Link {
    /// Calls `f` with the header, unless it is gone. `f` must not wake or drop wakers.
    fn with<R>(&self, f: impl FnOnce(&Header) -> R) -> Option<R> {
        let header = lock(&self.header);
        // SAFETY: `LinkSlot::drop` takes the pointer out, under the lock, before the header goes.
        header.map(|header| f(unsafe { header.as_ref() }))
    }
}

/// A header's place for its link; empty until there is an abort handle.
#[derive(Debug)]
pub(super) struct LinkSlot(AtomicPtr<Link>);

impl LinkSlot {
    pub(super) const fn new() -> Self {
        LinkSlot(AtomicPtr::new(ptr::null_mut()))
    }

    /// The link to the header that this slot is in.
    fn get(&self, header: &Header) -> Arc<Link> {
        // Acquire: pairs with the Release below.
        let mut link = self.0.load(Ordering::Acquire).cast_const();
        if link.is_null() {
            let fresh = Arc::into_raw(Arc::new(Link {
                header: Mutex::new(Some(NonNull::from(header))),
            }));
            // Release: publishes the link. Acquire: pairs with it in another thread.
            link = match self.0.compare_exchange(
                ptr::null_mut(),
                fresh.cast_mut(),
                Ordering::AcqRel,
                Ordering::Acquire,
            ) {
                Ok(_) => fresh,
                Err(other) => {
                    // SAFETY: it was just made, and nobody else has seen it.
                    drop(unsafe { Arc::from_raw(fresh) });
                    other.cast_const()
                }
            };
        }
        // SAFETY: the slot has a reference, which it gives back only when it is dropped.
        unsafe { Arc::increment_strong_count(link) };
        // SAFETY: that reference was just added.
        unsafe { Arc::from_raw(link) }
    }
}

impl Drop for LinkSlot {
    #[inline]
    fn drop(&mut self) {
        let link = *self.0.get_mut();
        if !link.is_null() {
            // SAFETY: this is the slot's own reference, from `get`.
            let mut link = unsafe { Arc::from_raw(link.cast_const()) };
            // As a rule the handles are gone. New ones come only from this slot, so no other
            // thread can follow the link any more, and the lock can be spared. To have it alone
            // acquires what the handles did with the header before they went.
            if Arc::get_mut(&mut link).is_none() {
                *lock(&link.header) = None;
            }
        }
    }
}
