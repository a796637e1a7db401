//! Aborting a task, and a handle that can abort but not join.
//!
//! A `JoinHandle` keeps its task's memory, and with it the header. An [`AbortHandle`] keeps it
//! through a waker, which it got from the header. Either can wake the task. Neither the task's
//! owner nor its registry is needed for that, so an abort may come at any time and from any thread.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr::NonNull;
use std::task::Waker;

use super::header::Header;
use super::id::Id;

/// Aborts a task from anywhere; from [`JoinHandle::abort_handle`](super::JoinHandle::abort_handle).
///
/// Dropping the handle has no effect on the task. The handle keeps the task's memory, but neither
/// its future nor its output.
///
/// # Examples
///
/// ```
/// use vitte::task::JoinSet;
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut set = JoinSet::new();
/// let abort = set.spawn(std::future::pending::<()>());
/// abort.abort();
/// assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
/// # }
/// ```
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

    /// Asks the task to stop at its next `.await`; see
    /// [`JoinHandle::abort`](super::JoinHandle::abort).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let task = vitte::spawn(std::future::pending::<()>());
    /// task.abort_handle().abort();
    /// assert!(task.await.unwrap_err().is_cancelled());
    /// # }
    /// ```
    pub fn abort(&self) {
        if self.header().stage().abort() {
            self.waker.wake_by_ref();
        }
    }

    /// Returns whether the task has ended. After [`abort`](Self::abort) it may take a while until
    /// it has.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let task = vitte::spawn(async {});
    /// let handle = task.abort_handle();
    /// task.await.unwrap();
    /// assert!(handle.is_finished());
    /// # }
    /// ```
    pub fn is_finished(&self) -> bool {
        self.header().is_finished()
    }

    /// Returns the task's id.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let task = vitte::spawn(async {});
    /// assert_eq!(task.abort_handle().id(), task.id());
    /// # }
    /// ```
    pub fn id(&self) -> Id {
        Id::of_task(self.header().id())
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
