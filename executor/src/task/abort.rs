//! Aborting a task, and a handle that can abort but not join.
//!
//! A `JoinHandle` holds its task's memory, and with it the header; an [`AbortHandle`] does by a
//! waker, which it has from the header. Either can wake the task: neither the task's owner nor its
//! registry is needed for that, so that an abort may come at any time and from anywhere.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr::NonNull;
use std::task::Waker;

use super::header::Header;
use super::id::Id;

/// Aborts a task from anywhere. Dropping the handle leaves the task alone.
///
/// It keeps the task's memory, but neither its future nor its output.
#[derive(Clone)]
pub struct AbortHandle {
    waker: Waker,
    /// The task's header, which the waker keeps.
    header: NonNull<Header>,
}

// SAFETY: the header is `Sync`, and wakers are sent anyway.
unsafe impl Send for AbortHandle {}
// SAFETY: as above.
unsafe impl Sync for AbortHandle {}
impl UnwindSafe for AbortHandle {}
impl RefUnwindSafe for AbortHandle {}

impl AbortHandle {
    pub(super) fn new(header: &Header) -> Self {
        AbortHandle {
            waker: header.waker(),
            header: NonNull::from(header),
        }
    }

    fn header(&self) -> &Header {
        // SAFETY: the header is in the task's memory, which the waker keeps.
        unsafe { self.header.as_ref() }
    }

    /// Asks the task to stop at its next `.await`; see [`JoinHandle::abort`](super::JoinHandle).
    pub fn abort(&self) {
        if self.header().stage().abort() {
            self.waker.wake_by_ref();
        }
    }

    /// Whether the task is complete. After `abort` it may take a while until it is.
    pub fn is_finished(&self) -> bool {
        self.header().is_finished()
    }

    /// The task's id.
    pub fn id(&self) -> Id {
        Id::of(self.header())
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortHandle")
            .field("id", &self.id())
            .finish()
    }
}

/// Asks a task to end, and wakes it for that.
pub(super) fn abort(header: &Header) {
    if header.stage().abort() {
        header.waker().wake();
    }
}
