//! The future that async-task really runs: the user's, wrapped in every promise of a task.
//!
//! async-task supplies the allocation, the state machine and the waker; this wrapper supplies the
//! semantics. It catches panics, honours aborts and shutdown, shows the task's id to the code
//! that it runs, drops the user's future itself (before the task counts as complete, and with
//! panics contained), and keeps the task in its owner's registry while it is suspended.
//!
//! The harness never fails to complete its task: async-task's own cancellation is not used.
//!
//! Every thread that polls tasks comes through here. The code that makes a task decides
//! where it goes when it is woken, and its owner what is done about the events of its life.

use std::future::Future;
use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_task::{Builder, ScheduleInfo, WithInfo};
use vitte_context::block::{self, PollState};
use vitte_context::defer::SelfDefer;
use vitte_context::panics::contain;
use vitte_context::trace::{self, Origin, TaskKind, TaskSpan};

use super::error::Failure;
use super::header::{Header, Polls, Task};
use super::id::{Id, IdScope};
use super::join::JoinHandle;
use super::listeners::Listeners;
use super::output::Output;
use super::owner::{Owner, OwnerEvents};
use super::registry::Suspended;

/// What only the maker of a task knows about it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) polls: Polls,
    /// The kind that its span names.
    pub(crate) span: TaskKind,
}

/// Makes a task. The caller queues the [`Task`], or runs it at once if its owner is closed.
///
/// `schedule` is called, on whichever thread, with the task when it is woken, and queues it; not
/// while the task is being polled (then, after that poll) or queued. It is a function, or a closure
/// that captures nothing: it has no size, and takes no room in the task.
///
/// # Safety
///
/// - `owner` stays valid until the task is complete.
/// - If `future` is not `Send`, the task is only polled, and its handle's output only taken, on
///   the thread that made it.
/// - `future` may borrow only what outlives the task.
pub(crate) unsafe fn new_task<F, S>(
    future: F,
    owner: NonNull<Owner>,
    kind: Kind,
    origin: Origin<'_>,
    schedule: S,
) -> (Task, JoinHandle<F::Output>)
where
    F: Future,
    S: Fn(Task, ScheduleInfo) + Copy + Send + Sync + 'static,
{
    const { assert!(size_of::<S>() == 0, "every task would have room for it") };
    let builder = Builder::new().metadata(Header::new(owner, kind.polls, origin.location()));
    let wrap = |header: &Header| Harness {
        header: NonNull::from(header),
        span: TaskSpan::new::<F>(kind.span, origin, header.id()),
        future: Some(ManuallyDrop::new(future)),
    };
    // SAFETY: `schedule` captures nothing and is `Send + Sync + 'static`; the rest is the
    // caller's promise. The header's address, which the harness keeps, is inside the task's
    // allocation and so outlives the harness.
    let (task, handle) = unsafe { builder.spawn_unchecked(wrap, WithInfo(schedule)) };
    let raw = task.into_raw();
    // SAFETY: the pointer is that of the runnable which was just taken apart.
    let task = unsafe { Task::from_raw(raw) };
    task.metadata().set_task(raw);
    (task, JoinHandle::new(handle))
}

/// Ends a task that is not in any queue, because its owner is closed.
pub(crate) fn cancel_now(task: Task) {
    task.metadata().set_aborted();
    task.run();
}

struct Harness<F> {
    header: NonNull<Header>,
    span: TaskSpan,
    /// The user's future; `None` once it was dropped.
    future: Option<ManuallyDrop<F>>,
}

// SAFETY: the header is `Sync` and lives as long as the task; only the future decides.
unsafe impl<F: Send> Send for Harness<F> {}

impl<F: Future> Future for Harness<F> {
    type Output = Output<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: the future inside is treated as pinned: it is never moved, and dropped in place.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: the header is inside the allocation of the task that is being polled.
        let header = unsafe { this.header.as_ref() };
        let _scope = PollScope::enter(header, cx.waker());
        let Some(listeners) = this.begin(header) else {
            return Poll::Ready(this.cancel(header));
        };
        let mut latency = None;
        if listeners.is_anything() {
            // SAFETY: the task is not complete.
            latency = unsafe { poll_begins(header) };
        }
        let result = catch_unwind(AssertUnwindSafe(|| {
            let unwinding = DropInUnwind(this);
            let poll = unwinding.0.poll_future(cx);
            mem::forget(unwinding);
            if poll.is_ready() {
                // A panic in the future's destructor is the task's panic: the output is lost.
                this.drop_future();
            }
            poll
        }));
        if listeners.is_anything() {
            // SAFETY: the task is not complete.
            unsafe { poll_ended(header, latency, result.is_err()) };
        }
        match result {
            Ok(Poll::Pending) => {
                let suspended = this.suspend(header, cx.waker());
                if suspended.is_pending() {
                    block::note_poll_deferred();
                }
                suspended
            }
            Ok(Poll::Ready(value)) => {
                this.leave(header);
                Poll::Ready(Output::new(Ok(value), Id::of_task(header.id())))
            }
            Err(payload) => {
                this.leave(header);
                Poll::Ready(Output::new(
                    Err(Failure::Panic(payload)),
                    Id::of_task(header.id()),
                ))
            }
        }
    }
}

impl<F: Future> Harness<F> {
    fn poll_future(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Some(future) = &mut self.future else {
            panic!("`async fn` resumed after completion")
        };
        // SAFETY: the harness is pinned and never moves the future.
        let future = unsafe { Pin::new_unchecked(&mut **future) };
        self.span.poll(cx, |cx| future.poll(cx))
    }

    /// Which events of the poll that begins somebody listens to; `None` if the task has to end.
    fn begin(&self, header: &Header) -> Option<Listeners> {
        if header.stage().is_aborted() {
            return None;
        }
        if header.polls() == Polls::Once {
            return Some(Listeners::NOTHING);
        }
        // SAFETY: the task is not complete.
        let owner = unsafe { header.owner() };
        (!owner.is_closed()).then(|| owner.listeners())
    }

    /// The poll returned `Pending`: sees to it that the registry has a waker of this task, unless
    /// it was aborted meanwhile and ends.
    fn suspend(&mut self, header: &Header, waker: &Waker) -> Poll<<Self as Future>::Output> {
        if header.stage().is_aborted() {
            return Poll::Ready(self.cancel(header));
        }
        // SAFETY: the task is not complete.
        let registry = &unsafe { header.owner() }.registry;
        let waiting = trace::records_waits().then(trace::take_waiting);
        if let Some(key) = header.registry_key().get() {
            if let Some(waiting) = waiting {
                registry.set_waiting(key, waiting);
            }
            return Poll::Pending;
        }
        let (key, in_time) = registry.insert(Suspended::new(header, waker.clone()));
        header.registry_key().set(Some(key));
        if let Some(Some(waiting)) = waiting {
            registry.set_waiting(key, Some(waiting));
        }
        if !in_time {
            // The owner was closed meanwhile, and nobody would wake the task again.
            return Poll::Ready(self.cancel(header));
        }
        Poll::Pending
    }

    /// Drops the future and says why the task ends: its abort, or the panic of the drop.
    fn cancel(&mut self, header: &Header) -> <Self as Future>::Output {
        let dropped = catch_unwind(AssertUnwindSafe(|| self.drop_future()));
        self.leave(header);
        let failure = match dropped {
            Ok(()) => Failure::Cancelled,
            Err(payload) => Failure::Panic(payload),
        };
        Output::new(Err(failure), Id::of_task(header.id()))
    }
}

impl<F> Harness<F> {
    /// Drops the future in place. If that panics, the future still counts as dropped.
    fn drop_future(&mut self) {
        struct Clear<'a, F>(&'a mut Option<ManuallyDrop<F>>);
        impl<F> Drop for Clear<'_, F> {
            fn drop(&mut self) {
                // `ManuallyDrop` has no destructor, so this only marks the future as gone.
                *self.0 = None;
            }
        }
        let clear = Clear(&mut self.future);
        if let Some(future) = clear.0 {
            // SAFETY: it is dropped here once; `clear` marks it as gone even if the drop panics.
            self.span.in_scope(|| unsafe { ManuallyDrop::drop(future) });
        }
    }

    /// Tells the owner that the task is complete. The owner may be gone once this returns.
    fn leave(&self, header: &Header) {
        // SAFETY: the task counts as incomplete until `complete`, the last thing that is done here
        // on behalf of a registered task; one that never registered is polled by a thread that
        // holds its owner, as are blocking jobs.
        let owner = unsafe { header.owner() };
        if owner.listeners().is_anything() {
            // SAFETY: as above.
            unsafe { ended(header) };
        }
        if header.polls() != Polls::Once {
            owner.count_completed();
        }
        header.stage().finish();
        if let Some(key) = header.registry_key().get() {
            drop(owner.complete(key));
        }
    }
}

/// See [`OwnerEvents`]. Few owners have listeners.
///
/// # Safety
///
/// The task is not complete.
#[cold]
unsafe fn poll_begins(header: &Header) -> Option<Duration> {
    // SAFETY: the caller's promise.
    let events = unsafe { events(header) };
    // SAFETY: the task is not complete, and the events are those of its owner.
    unsafe { (events.poll_begins)(header) }
}

/// # Safety
///
/// The task is not complete.
#[cold]
unsafe fn poll_ended(header: &Header, latency: Option<Duration>, panicked: bool) {
    // SAFETY: the caller's promise.
    let events = unsafe { events(header) };
    // SAFETY: the task is not complete, and the events are those of its owner.
    unsafe { (events.poll_ended)(header, latency, panicked) }
}

/// # Safety
///
/// The task is not complete.
#[cold]
unsafe fn ended(header: &Header) {
    // SAFETY: the caller's promise.
    let events = unsafe { events(header) };
    // SAFETY: the task is not complete, and the events are those of its owner.
    unsafe { (events.ended)(header) }
}

/// What the task's owner does about events.
///
/// # Safety
///
/// The task is not complete.
unsafe fn events(header: &Header) -> &'static OwnerEvents {
    // SAFETY: the caller's promise.
    unsafe { header.owner() }.events()
}

/// Drops the future while its panic unwinds, so that destructors can tell.
///
/// A second panic, in the future's destructor, is swallowed.
struct DropInUnwind<'a, F>(&'a mut Harness<F>);

impl<F> Drop for DropInUnwind<'_, F> {
    fn drop(&mut self) {
        contain(|| self.0.drop_future());
    }
}

impl<F> Drop for Harness<F> {
    fn drop(&mut self) {
        if self.future.is_none() {
            return;
        }
        // async-task drops an unfinished harness only if a queue was dropped with tasks in it,
        // which shutdown prevents. Should it happen, the future is at least not leaked.
        // SAFETY: the header is inside the allocation of the task that is being dropped.
        let header = unsafe { self.header.as_ref() };
        let _scope = IdScope::enter(header.id());
        contain(|| self.drop_future());
    }
}

/// Shows a task's id and waker to the code that runs, until dropped.
struct PollScope(PollState);

impl PollScope {
    #[inline]
    fn enter(header: &Header, waker: &Waker) -> Self {
        let self_defer = match header.polls() {
            Polls::ManyDeferrable => SelfDefer::Can,
            Polls::Once | Polls::Many => SelfDefer::No,
        };
        PollScope(block::begin_poll(header.id(), waker, self_defer))
    }
}

impl Drop for PollScope {
    #[inline]
    fn drop(&mut self) {
        block::end_poll(&self.0);
    }
}
