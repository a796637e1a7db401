//! The handle that waits for a task's output.

use std::fmt;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::ptr::NonNull;
use std::sync::Arc;
use std::task::{Context, Poll, RawWakerVTable, Wake, Waker, ready};

use vitte_context::panics::contain;
use vitte_context::{block, coop, park, trace};

use super::abort::AbortHandle;
use super::error::JoinError;
use super::header::Header;
use super::id::Id;
use super::output::Output;

/// Waits for a spawned task and gives its output.
///
/// Dropping the handle detaches the task: it runs on, and its output is dropped when it is done.
///
/// # Cancel safety
///
/// Polling a handle and dropping it has no effect on the task. A `&mut JoinHandle` can be given
/// to `select!` again and again.
pub struct JoinHandle<T> {
    header: NonNull<Header>,
    /// `None` once the output was taken.
    task: Option<async_task::Task<Output<T>, Header>>,
    /// Wakes the task so that it notices an abort; also keeps its header alive.
    waker: ManuallyDrop<Waker>,
    /// Which waker the last poll left with the task.
    registered: Option<(*const (), &'static RawWakerVTable)>,
}

// SAFETY: the handle gives access to the output (`T: Send`) and to the header, which is `Sync`;
// the pointer in `registered` is only compared.
unsafe impl<T: Send> Send for JoinHandle<T> {}
// SAFETY: a shared handle gives no access to the output.
unsafe impl<T: Send> Sync for JoinHandle<T> {}
impl<T> Unpin for JoinHandle<T> {}
impl<T> UnwindSafe for JoinHandle<T> {}
impl<T> RefUnwindSafe for JoinHandle<T> {}

impl<T> JoinHandle<T> {
    pub(super) fn new(task: async_task::Task<Output<T>, Header>, waker: Waker) -> Self {
        JoinHandle {
            header: NonNull::from(task.metadata()),
            task: Some(task),
            waker: ManuallyDrop::new(waker),
            registered: None,
        }
    }

    fn header(&self) -> &Header {
        // SAFETY: `waker` keeps the task's allocation alive, and the header is inside.
        unsafe { self.header.as_ref() }
    }

    /// Asks the task to stop at its next `.await`.
    ///
    /// The task's future is dropped the next time that it would be polled, and joining gives an
    /// error for which [`JoinError::is_cancelled`] is true; unless the task completes first.
    pub fn abort(&self) {
        self.header().set_aborted();
        self.waker.wake_by_ref();
    }

    /// Whether the task is complete. After `abort` it may take a while until it is.
    pub fn is_finished(&self) -> bool {
        self.task.as_ref().is_none_or(async_task::Task::is_finished)
    }

    /// A handle that can abort the task, and no more.
    #[must_use = "the handle is all that this makes: dropping it aborts nothing"]
    pub fn abort_handle(&self) -> AbortHandle {
        AbortHandle::new(Waker::clone(&self.waker), self.header)
    }

    /// The task's id.
    pub fn id(&self) -> Id {
        Id::of(self.header())
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
        let Some(task) = &mut self.task else {
            panic!("JoinHandle polled after completion");
        };
        let polled = if task.is_finished() {
            // Takes the output, and registers nothing.
            Pin::new(task).poll(cx)
        } else {
            trace::waiting_on(trace::WaitKind::Join, task.metadata());
            let identity = (cx.waker().data(), cx.waker().vtable());
            // The task holds a clone of that waker until it completes, so its address is still
            // its own; registering it once more would cost several atomic operations.
            if self.registered.is_some_and(|(data, vtable)| {
                data == identity.0 && std::ptr::eq(vtable, identity.1)
            }) {
                return Poll::Pending;
            }
            self.registered = Some(identity);
            if is_harmless(cx.waker()) {
                Pin::new(task).poll(cx)
            } else {
                let contained = Waker::from(Arc::new(ContainedWaker::new(cx.waker().clone())));
                Pin::new(task).poll(&mut Context::from_waker(&contained))
            }
        };
        if polled.is_ready() {
            if let Some(task) = self.task.take() {
                task.detach();
            }
        }
        polled
    }
}

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        // SAFETY: dropped here once, and not used after. It goes first so that `detach` finds a
        // task without other references and takes its fast path.
        unsafe { ManuallyDrop::drop(&mut self.waker) };
        if let Some(task) = self.task.take() {
            task.detach();
        }
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
