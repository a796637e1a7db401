//! [`JoinHandle`]: waits for a task's output.
//!
//! It wraps async-task's handle, which has the output and the join waker. What it adds: the budget,
//! the failure as an error, and that a foreign waker's panic does not reach async-task, which would
//! abort the process. Any thread may poll or drop it.

use std::fmt;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::ptr;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker, ready};

use vitte_context::panics::contain;
use vitte_context::{block, coop, park, trace};

use super::abort::{self, AbortHandle};
use super::error::JoinError;
use super::header::Header;
use super::id::Id;
use super::output::Output;

/// Waits for a spawned task and returns its output; from `spawn` and its relatives.
///
/// Dropping the handle detaches the task: it runs on, and its output is dropped when it is done.
///
/// # Errors
///
/// Awaiting the handle gives a [`JoinError`] if the task panicked, if it was aborted before it
/// completed, and if its runtime ended before it completed.
///
/// # Panics
///
/// Polling the handle again after it was ready panics.
///
/// # Cancel safety
///
/// Cancel safe: dropping the handle, or a future that awaits `&mut` handle, has no effect on the
/// task, and no output is lost while the handle lives. `&mut handle` can be given to `select!`
/// again and again.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use vitte::time::sleep;
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut task = vitte::spawn(async {
///     sleep(Duration::from_millis(20)).await;
///     "done"
/// });
/// // Report progress until the task has completed.
/// let output = loop {
///     vitte::select! {
///         output = &mut task => break output.unwrap(),
///         _ = sleep(Duration::from_millis(5)) => println!("still waiting"),
///     }
/// };
/// assert_eq!(output, "done");
/// # }
/// ```
pub struct JoinHandle<T> {
    /// Keeps the task's memory alive, and with it the header.
    task: ManuallyDrop<async_task::Task<Output<T>, Header>>,
    /// The data of the waker that the last poll left with the task, if that is one of vitte's own;
    /// [`TAKEN`] once the output was taken.
    registered: *const (),
}

/// Stands for "no waker of vitte's own".
const NO_WAKER: *const () = ptr::null();

/// Stands for "the output was taken": the address of something that is not the data of any waker.
const TAKEN: *const () = (&raw const TAKEN_PLACE).cast();
static TAKEN_PLACE: u8 = 0;

// SAFETY: the handle gives access to the output (`T: Send`) and to the header, which is `Sync`;
// the pointer in `registered` is only compared.
unsafe impl<T: Send> Send for JoinHandle<T> {}
// SAFETY: a shared handle gives no access to the output.
unsafe impl<T: Send> Sync for JoinHandle<T> {}
impl<T> Unpin for JoinHandle<T> {}
impl<T> UnwindSafe for JoinHandle<T> {}
impl<T> RefUnwindSafe for JoinHandle<T> {}

impl<T> JoinHandle<T> {
    #[inline]
    pub(super) fn new(task: async_task::Task<Output<T>, Header>) -> Self {
        JoinHandle {
            task: ManuallyDrop::new(task),
            registered: NO_WAKER,
        }
    }

    fn header(&self) -> &Header {
        self.task.metadata()
    }

    /// Asks the task to stop at its next `.await`.
    ///
    /// The task's future is dropped instead of being polled again, and joining the task gives an
    /// error for which [`JoinError::is_cancelled`] is true, unless the task completes first. A
    /// blocking job that has begun cannot be aborted. This returns at once; to wait until the
    /// future is dropped, await the handle.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut task = vitte::spawn(std::future::pending::<()>());
    /// task.abort();
    /// assert!((&mut task).await.unwrap_err().is_cancelled());
    /// # }
    /// ```
    pub fn abort(&self) {
        abort::abort(self.header());
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
    /// assert!(!task.is_finished());
    /// vitte::task::yield_now().await;
    /// assert!(task.is_finished());
    /// # }
    /// ```
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }

    /// Returns a handle that can abort the task, and cannot join it. Unlike this one it can be
    /// cloned.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let task = vitte::spawn(std::future::pending::<()>());
    /// let abort = task.abort_handle();
    /// vitte::spawn(async move { abort.abort() });
    /// assert!(task.await.unwrap_err().is_cancelled());
    /// # }
    /// ```
    #[must_use = "the handle is all that this makes: dropping it aborts nothing"]
    pub fn abort_handle(&self) -> AbortHandle {
        AbortHandle::new(self.header())
    }

    /// Returns the task's id.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let task = vitte::spawn(async { vitte::task::id() });
    /// let id = task.id();
    /// assert_eq!(task.await.unwrap(), id);
    /// # }
    /// ```
    pub fn id(&self) -> Id {
        Id::of_task(self.header().id())
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let coop = ready!(coop::poll_proceed(cx));
        let joined = ready!(self.poll_task(cx, is_harmless));
        coop.made_progress();
        Poll::Ready(joined.into_result())
    }
}

impl<T> JoinHandle<T> {
    /// Polls with a waker that does not panic when it is woken or dropped; costs no budget.
    pub(super) fn poll_joined(&mut self, cx: &mut Context<'_>) -> Poll<Output<T>> {
        self.poll_task(cx, |_| true)
    }

    #[inline]
    fn poll_task(
        &mut self,
        cx: &mut Context<'_>,
        is_harmless: impl FnOnce(&Waker) -> bool,
    ) -> Poll<Output<T>> {
        if self.registered == TAKEN {
            panic!("JoinHandle polled after completion");
        }
        let task = Pin::new(&mut *self.task);
        let polled = if task.is_finished() {
            // Takes the output, and registers nothing.
            task.poll(cx)
        } else {
            trace::waiting_on(trace::WaitKind::Join, task.metadata());
            if is_harmless(cx.waker()) {
                let data = cx.waker().data();
                // The task holds a clone of that waker until it completes, so its data is still
                // its own; registering it once more would cost several atomic operations.
                if self.registered == data {
                    return Poll::Pending;
                }
                self.registered = data;
                task.poll(cx)
            } else {
                self.registered = NO_WAKER;
                let contained = Waker::from(Arc::new(ContainedWaker::new(cx.waker().clone())));
                task.poll(&mut Context::from_waker(&contained))
            }
        };
        if polled.is_ready() {
            self.registered = TAKEN;
        }
        polled
    }
}

impl<T> Drop for JoinHandle<T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: dropped here once, and not used after.
        unsafe { ManuallyDrop::take(&mut self.task) }.detach();
    }
}

impl<T: fmt::Debug> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle")
            .field("id", &self.id())
            .finish()
    }
}

/// Whether a waker is one of vitte's own, which do not panic when woken or dropped.
fn is_harmless(waker: &Waker) -> bool {
    block::is_current_task(waker) || park::is_parker_waker(waker)
}

/// A foreign waker whose panics are contained: async-task would abort the process on them.
struct ContainedWaker {
    waker: ManuallyDrop<Waker>,
}

impl ContainedWaker {
    fn new(waker: Waker) -> Self {
        ContainedWaker {
            waker: ManuallyDrop::new(waker),
        }
    }
}

impl Wake for ContainedWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        contain(|| self.waker.wake_by_ref());
    }
}

impl Drop for ContainedWaker {
    fn drop(&mut self) {
        let waker = &mut self.waker;
        contain(|| {
            // SAFETY: this is the only drop of the waker.
            unsafe { ManuallyDrop::drop(waker) }
        });
    }
}
