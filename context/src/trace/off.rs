//! The spans and events without the feature `tracing`: types without size.
//!
//! Each item has its twin in `on`, where it is described. The compiler removes all of it.

use std::panic::Location;
use std::task::{Context, Poll};

use super::Fact;

/// Where something was spawned.
#[derive(Clone, Copy)]
pub struct Origin<'a> {
    location: &'static Location<'static>,
    _name: std::marker::PhantomData<&'a str>,
}

impl<'a> Origin<'a> {
    /// The caller.
    #[track_caller]
    #[inline(always)]
    pub fn caller() -> Self {
        Origin {
            location: Location::caller(),
            _name: std::marker::PhantomData,
        }
    }

    /// The same: nobody reads the name.
    #[inline(always)]
    pub fn named(self, _name: Option<&'a str>) -> Self {
        self
    }

    /// The same.
    #[inline(always)]
    pub fn closure<F>(self) -> Self {
        self
    }

    /// The same.
    #[inline(always)]
    pub fn boxed<F>(self) -> Self {
        self
    }

    /// Where it was.
    #[inline(always)]
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

/// No span.
pub struct TaskSpan;

impl TaskSpan {
    /// No span.
    #[inline(always)]
    pub fn new<F>(_kind: TaskKind, _origin: Origin<'_>, _id: u64) -> Self {
        TaskSpan
    }

    /// Calls `f`.
    #[inline(always)]
    pub fn poll<R>(&mut self, cx: &mut Context<'_>, f: impl FnOnce(&mut Context<'_>) -> R) -> R {
        f(cx)
    }

    /// Calls `f`.
    #[inline(always)]
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        f()
    }
}

/// The future itself.
#[inline(always)]
pub fn root<F>(future: F, _origin: Origin<'_>) -> F {
    future
}

/// No resource.
#[derive(Debug, Clone)]
pub struct Resource;

impl Resource {
    /// No resource.
    #[inline(always)]
    pub fn barrier(_size: usize) -> Self {
        Resource
    }

    /// No resource.
    #[inline(always)]
    pub fn oneshot() -> Self {
        Resource
    }

    /// No resource.
    #[inline(always)]
    pub fn sleep() -> Self {
        Resource
    }

    /// No resource.
    #[inline(always)]
    pub fn interval() -> Self {
        Resource
    }

    /// No resource.
    #[inline(always)]
    pub const fn none() -> Self {
        Resource
    }

    /// Nothing.
    #[inline(always)]
    pub fn report(&self, _fact: Fact) {}
}

/// No resources.
#[derive(Debug)]
pub struct SemaphoreResources {
    /// No resource.
    pub owner: Resource,
    /// No resource.
    pub semaphore: Resource,
}

impl SemaphoreResources {
    /// No resources.
    #[inline(always)]
    pub const fn none() -> Self {
        SemaphoreResources {
            owner: Resource,
            semaphore: Resource,
        }
    }

    /// No resources.
    #[inline(always)]
    pub fn mutex() -> Self {
        Self::none()
    }

    /// No resources.
    #[inline(always)]
    pub fn rwlock(_max_readers: u32) -> Self {
        Self::none()
    }

    /// No resources.
    #[inline(always)]
    pub fn semaphore(_permits: usize) -> Self {
        Self::none()
    }

    /// No resources.
    #[inline(always)]
    pub fn internal(_permits: usize) -> Self {
        Self::none()
    }
}

/// Nothing to tell.
#[derive(Debug, Clone, Copy)]
pub struct Ending;

impl Ending {
    /// Nothing to tell.
    pub const SILENT: Self = Ending;

    /// Nothing to tell.
    #[inline(always)]
    pub fn told_as(_fact: Fact) -> Self {
        Ending
    }

    /// Nothing.
    #[inline(always)]
    pub fn report(&self, _resource: &Resource) {}

    /// Nothing.
    #[inline(always)]
    pub fn downgrade(&mut self, _resource: &Resource) {}
}

/// No operation.
#[derive(Debug, Clone)]
pub struct Operation;

impl Operation {
    /// No operation.
    #[inline(always)]
    pub fn acquire(_resource: &Resource, _permits: usize) -> Self {
        Operation
    }

    /// No operation.
    #[inline(always)]
    pub fn receive(_resource: &Resource) -> Self {
        Operation
    }

    /// No operation.
    #[inline(always)]
    pub fn sleep(_resource: &Resource) -> Self {
        Operation
    }

    /// No operation.
    #[inline(always)]
    pub fn sleep_again(_resource: &Resource, _remaining_ms: impl Fn() -> u64) -> Self {
        Operation
    }

    /// Calls `f`.
    #[inline(always)]
    pub fn in_scope<R>(&self, _resource: &Resource, f: impl FnOnce() -> R) -> R {
        f()
    }

    /// Nothing.
    #[inline(always)]
    pub fn obtained(&self, _permits: usize) {}
}

/// The poll itself.
#[inline(always)]
pub fn polled<T>(_step: &'static str, poll: Poll<T>) -> Poll<T> {
    poll
}

/// Nothing.
#[inline(always)]
pub fn took_all(_resource: &Resource, _permits: usize) {}

/// Nothing.
#[inline(always)]
pub fn arrived(_is_leader: bool) {}

/// Nothing.
#[inline(always)]
pub fn sleep_for(_remaining_ms: impl Fn() -> u64) {}

/// Nothing to tell.
pub struct Assigned;

impl Assigned {
    /// Nothing to tell.
    #[expect(clippy::new_without_default, reason = "as its twin")]
    #[inline(always)]
    pub fn new() -> Self {
        Assigned
    }

    /// Nothing.
    #[inline(always)]
    pub fn note(&mut self, _operation: &Operation, _permits: usize) {}

    /// Nothing.
    #[inline(always)]
    pub fn report(&mut self) {}
}

/// The future itself.
#[inline(always)]
pub fn operation<F, M>(
    _resource: &Resource,
    _source: &'static str,
    _step: &'static str,
    _inherits: bool,
    make: M,
) -> F
where
    M: FnOnce() -> F,
{
    make()
}
