//! The span of a task, and of what is given to `block_on`.

use std::future::Future;
use std::panic::Location;
use std::task::Context;

use tracing::{Instrument, Span, trace_span};

use super::waker::TaskWaker;
use crate::block;

/// Where something was spawned, and what its span is to say of it.
#[derive(Clone, Copy)]
pub struct Origin<'a> {
    location: &'static Location<'static>,
    name: &'a str,
    /// Name and size of the closure that the task is to call.
    closure: Option<(&'static str, usize)>,
    /// The size of what is in a box by now.
    original_size: Option<usize>,
}

impl<'a> Origin<'a> {
    /// The caller, without a name.
    #[track_caller]
    #[inline]
    pub fn caller() -> Self {
        Origin {
            location: Location::caller(),
            name: "",
            closure: None,
            original_size: None,
        }
    }

    /// The same with a name.
    pub fn named(self, name: Option<&'a str>) -> Self {
        Origin {
            name: name.unwrap_or_default(),
            ..self
        }
    }

    /// The same, of a job that calls an `F`.
    pub fn closure<F>(self) -> Self {
        Origin {
            closure: Some((std::any::type_name::<F>(), size_of::<F>())),
            ..self
        }
    }

    /// The same, of an `F` that was put into a box.
    pub fn boxed<F>(self) -> Self {
        Origin {
            original_size: Some(size_of::<F>()),
            ..self
        }
    }

    /// Where it was.
    pub fn location(&self) -> &'static Location<'static> {
        self.location
    }
}

/// Who runs a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskKind {
    /// A scheduler.
    Task,
    /// A `LocalSet`.
    Local,
    /// The blocking pool.
    Blocking,
}

/// The span of a task.
pub struct TaskSpan {
    span: Span,
    waker: Option<TaskWaker>,
}

impl TaskSpan {
    /// The span of a task with that future and id.
    pub fn new<F>(kind: TaskKind, origin: Origin<'_>, id: u64) -> Self {
        let span = match (kind, origin.closure) {
            (TaskKind::Blocking, Some(closure)) => blocking_span(origin, id, closure),
            (TaskKind::Local, _) => task_span::<F>("local", origin, id),
            (TaskKind::Task | TaskKind::Blocking, _) => task_span::<F>("task", origin, id),
        };
        TaskSpan { span, waker: None }
    }

    /// Polls the task's future, which gets to see a waker that tells what is done with it. The
    /// task's own one, in `cx`, is always the same.
    #[inline]
    pub fn poll<R>(&mut self, cx: &mut Context<'_>, f: impl FnOnce(&mut Context<'_>) -> R) -> R {
        let Some(id) = self.span.id() else {
            return f(cx);
        };
        let waker = self
            .waker
            .get_or_insert_with(|| TaskWaker::new(cx.waker().clone(), id.into_u64()));
        self.span
            .in_scope(|| f(&mut Context::from_waker(waker.as_waker())))
    }

    /// Drops the task's future.
    #[inline]
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        self.span.in_scope(f)
    }
}

fn task_span<F>(kind: &str, origin: Origin<'_>, id: u64) -> Span {
    trace_span!(
        target: "tokio::task",
        parent: None,
        "runtime.spawn",
        %kind,
        task.name = %origin.name,
        task.id = id,
        original_size.bytes = origin.original_size,
        size.bytes = size_of::<F>(),
        loc.file = origin.location.file(),
        loc.line = origin.location.line(),
        loc.col = origin.location.column(),
    )
}

fn blocking_span(origin: Origin<'_>, id: u64, (closure, size): (&str, usize)) -> Span {
    trace_span!(
        target: "tokio::task::blocking",
        "runtime.spawn",
        kind = %"blocking",
        task.name = %origin.name,
        task.id = id,
        "fn" = %closure,
        original_size.bytes = origin.original_size,
        size.bytes = size,
        loc.file = origin.location.file(),
        loc.line = origin.location.line(),
        loc.col = origin.location.column(),
    )
}

/// Gives a future that is run by `block_on` the span of a task.
pub fn root<F: Future>(future: F, origin: Origin<'_>) -> impl Future<Output = F::Output> + use<F> {
    let span = task_span::<F>("block_on", origin, block::next_task_id());
    future.instrument(span)
}
