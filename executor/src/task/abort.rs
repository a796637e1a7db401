//! A handle that can abort a task but not join it.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr::NonNull;
use std::task::Waker;

use super::header::Header;
use super::id::Id;

/// Aborts a task from anywhere. Dropping the handle leaves the task alone.
///
/// It keeps the task's memory alive, though not its future or output beyond their time.
#[derive(Clone)]
pub struct AbortHandle {
    /// Wakes the task so that it notices the abort; also keeps its header alive.
    waker: Waker,
    header: NonNull<Header>,
}

// SAFETY: the header is `Sync`, and is all that the pointer gives access to.
unsafe impl Send for AbortHandle {}
// SAFETY: as above.
unsafe impl Sync for AbortHandle {}
impl UnwindSafe for AbortHandle {}
impl RefUnwindSafe for AbortHandle {}

impl AbortHandle {
    pub(super) fn new(waker: Waker, header: NonNull<Header>) -> Self {
        AbortHandle { waker, header }
    }

    fn header(&self) -> &Header {
        // SAFETY: `waker` keeps the task's allocation alive, and the header is inside.
        unsafe { self.header.as_ref() }
    }

    /// Asks the task to stop at its next `.await`; see [`JoinHandle::abort`](super::JoinHandle).
    pub fn abort(&self) {
        self.header().set_aborted();
        self.waker.wake_by_ref();
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
