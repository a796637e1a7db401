//! The spans of one wait for a resource, and of its polls.

use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tracing::level_filters::LevelFilter;
use tracing::{Span, trace, trace_span};

use super::Resource;
use super::resource::update;

/// One wait for a resource.
///
/// A reference, since a semaphore that hands out permits keeps the operations it gave them to
/// until it has let go of its lock, and cloning a span would call the subscriber.
#[derive(Clone)]
pub struct Operation(Option<Arc<Spans>>);

struct Spans {
    operation: Span,
    poll: Span,
}

// As for `Resource`.
impl UnwindSafe for Operation {}
impl RefUnwindSafe for Operation {}

/// A change of an operation's state.
macro_rules! update_operation {
    ($($fields:tt)*) => {
        trace!(target: "runtime::resource::async_op::state_update", $($fields)*)
    };
}

impl Operation {
    /// A wait for that many permits of a [`Resource::batch_semaphore`].
    pub fn acquire(resource: &Resource, permits: usize) -> Self {
        const TARGET: &str = "tokio::sync::batch_semaphore";
        resource.0.in_scope(|| {
            let operation = trace_span!(
                target: TARGET,
                "runtime.resource.async_op",
                source = "Acquire::new"
            );
            let poll = operation.in_scope(|| {
                update_operation!(permits_requested = permits, permits.op = "override");
                update_operation!(permits_obtained = 0usize, permits.op = "override");
                trace_span!(target: TARGET, "runtime.resource.async_op.poll")
            });
            Operation::new(operation, poll)
        })
    }

    /// The wait for the value of a [`Resource::oneshot`].
    pub fn receive(resource: &Resource) -> Self {
        const TARGET: &str = "tokio::sync::oneshot";
        let operation = resource.0.in_scope(|| {
            trace_span!(
                target: TARGET,
                "runtime.resource.async_op",
                source = "Receiver::await"
            )
        });
        let poll =
            operation.in_scope(|| trace_span!(target: TARGET, "runtime.resource.async_op.poll"));
        Operation::new(operation, poll)
    }

    /// The wait for the end of a [`Resource::sleep`].
    pub fn sleep(resource: &Resource) -> Self {
        const TARGET: &str = "tokio::time::sleep";
        let operation = trace_span!(
            target: TARGET,
            parent: &resource.0,
            "runtime.resource.async_op",
            source = "Sleep::new_timeout"
        );
        let poll = trace_span!(
            target: TARGET,
            parent: &operation,
            "runtime.resource.async_op.poll"
        );
        Operation::new(operation, poll)
    }

    /// The wait that follows when a [`Resource::sleep`] gets a new deadline, so far from now.
    pub fn sleep_again(resource: &Resource, remaining_ms: impl Fn() -> u64) -> Self {
        const TARGET: &str = "tokio::time::sleep";
        resource.0.in_scope(|| {
            let operation = trace_span!(
                target: TARGET,
                "runtime.resource.async_op",
                source = "Sleep::reset"
            );
            let poll = operation.in_scope(|| {
                let poll = trace_span!(target: TARGET, "runtime.resource.async_op.poll");
                sleep_for(remaining_ms);
                poll
            });
            Operation::new(operation, poll)
        })
    }

    fn new(operation: Span, poll: Span) -> Self {
        let is_watched = !(operation.is_disabled() && poll.is_disabled());
        Operation(is_watched.then(|| Arc::new(Spans { operation, poll })))
    }

    /// Runs one poll of the operation.
    pub fn in_scope<R>(&self, resource: &Resource, f: impl FnOnce() -> R) -> R {
        resource.0.in_scope(|| match &self.0 {
            Some(spans) => spans.operation.in_scope(|| spans.poll.in_scope(f)),
            None => f(),
        })
    }

    /// Tells that the operation got permits.
    pub fn obtained(&self, permits: usize) {
        let tell = || update_operation!(permits_obtained = permits, permits.op = "add");
        match &self.0 {
            Some(spans) => spans.operation.in_scope(tell),
            None => tell(),
        }
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Operation")
    }
}

/// Tells how a step of a poll ended.
pub fn polled<T>(step: &'static str, poll: Poll<T>) -> Poll<T> {
    trace!(
        target: "runtime::resource::poll_op",
        op_name = step,
        is_ready = poll.is_ready()
    );
    poll
}

/// Tells, from within a poll, that it took all the permits that it wanted from a
/// [`Resource::batch_semaphore`].
pub fn took_all(resource: &Resource, permits: usize) {
    resource.0.in_scope(|| {
        update!(permits = permits, permits.op = "sub");
        update_operation!(permits_obtained = permits, permits.op = "add");
    });
}

/// Tells, from within a poll, that the task has arrived at a barrier.
pub fn arrived(is_leader: bool) {
    update!(arrived = 1, arrived.op = "add");
    update_operation!(arrived = true);
    if is_leader {
        update_operation!(is_leader = true);
    }
}

/// Tells, from within a poll, how long a timer still has to run.
pub fn sleep_for(remaining_ms: impl Fn() -> u64) {
    update!(
        duration = remaining_ms(),
        duration.unit = "ms",
        duration.op = "override"
    );
}

/// Permits that waiters got while their semaphore was locked, to be reported once it is not.
pub struct Assigned(Vec<(Operation, usize)>);

impl Assigned {
    /// Nothing as yet.
    #[expect(clippy::new_without_default, reason = "nobody asks for one")]
    pub fn new() -> Self {
        Assigned(Vec::new())
    }

    /// Notes that a waiter got permits. Calls no code of the subscriber.
    pub fn note(&mut self, operation: &Operation, permits: usize) {
        if LevelFilter::current() == LevelFilter::TRACE {
            self.0.push((operation.clone(), permits));
        }
    }

    /// Tells what was noted. The caller holds no lock.
    pub fn report(&mut self) {
        for (operation, permits) in self.0.drain(..) {
            operation.obtained(permits);
        }
    }
}

/// Makes a future that waits for a resource, and tells of its polls.
///
/// `make` is called at once, within the operation, so that operations of which this one consists
/// belong to it. `inherits` says that their state is this one's.
pub fn operation<F, M>(
    resource: &Resource,
    source: &'static str,
    step: &'static str,
    inherits: bool,
    make: M,
) -> impl Future<Output = F::Output> + use<F, M>
where
    F: Future,
    M: FnOnce() -> F,
{
    const TARGET: &str = "tokio::util::trace";
    let resource = resource.clone();
    let (operation, future) = resource.0.in_scope(|| {
        let operation = trace_span!(
            target: TARGET,
            "runtime.resource.async_op",
            source = source,
            inherits_child_attrs = inherits
        );
        let (poll, future) = operation.in_scope(|| {
            let poll = trace_span!(target: TARGET, "runtime.resource.async_op.poll");
            (poll, make())
        });
        (Operation::new(operation, poll), future)
    });
    async move {
        let mut future = pin!(future);
        poll_fn(|cx| operation.in_scope(&resource, || polled(step, future.as_mut().poll(cx)))).await
    }
}
