//! The span of a resource: something that tasks wait for.

use std::fmt;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};

use tracing::{Span, trace, trace_span};

use crate::trace::Fact;

/// The span of a resource.
#[derive(Clone)]
pub struct Resource(pub(super) Span);

// A span gives access to nothing but its subscriber, which may be called after a panic as before
// it. Without these, the feature would take auto traits from the types that have a resource.
impl UnwindSafe for Resource {}
impl RefUnwindSafe for Resource {}

/// A resource that the program made where the caller is.
macro_rules! located {
    ($target:literal, $type:literal, $kind:literal $(, $extra:ident = $value:literal)?) => {{
        let location = Location::caller();
        trace_span!(
            target: $target,
            parent: None,
            "runtime.resource",
            concrete_type = $type,
            kind = $kind,
            loc.file = location.file(),
            loc.line = location.line(),
            loc.col = location.column(),
            $($extra = $value,)?
        )
    }};
}

/// A change of a resource's state.
macro_rules! update {
    ($($fields:tt)*) => {
        trace!(target: "runtime::resource::state_update", $($fields)*)
    };
}
pub(super) use update;

impl Resource {
    /// A resource that nobody watches; what is made in constants is one.
    pub const fn none() -> Self {
        Resource(Span::none())
    }

    /// The semaphore inside something else.
    fn batch_semaphore(permits: usize) -> Self {
        let span = trace_span!(
            target: "tokio::sync::batch_semaphore",
            parent: None,
            "runtime.resource",
            concrete_type = "Semaphore",
            kind = "Sync",
            is_internal = true,
        );
        span.in_scope(|| update!(permits = permits, permits.op = "override"));
        Resource(span)
    }

    /// A barrier.
    #[track_caller]
    pub fn barrier(size: usize) -> Self {
        let span = located!("tokio::sync::barrier", "Barrier", "Sync");
        span.in_scope(|| {
            update!(size = size);
            update!(arrived = 0);
        });
        Resource(span)
    }

    /// A oneshot channel.
    #[track_caller]
    pub fn oneshot() -> Self {
        let span = located!("tokio::sync::oneshot", "Sender|Receiver", "Sync");
        span.in_scope(|| update!(tx_dropped = false, tx_dropped.op = "override"));
        span.in_scope(|| update!(rx_dropped = false, rx_dropped.op = "override"));
        span.in_scope(|| update!(value_sent = false, value_sent.op = "override"));
        span.in_scope(|| update!(value_received = false, value_received.op = "override"));
        Resource(span)
    }

    /// A sleep.
    #[track_caller]
    pub fn sleep() -> Self {
        Resource(located!("tokio::time::sleep", "Sleep", "timer"))
    }

    /// An interval.
    #[track_caller]
    pub fn interval() -> Self {
        Resource(located!("tokio::time::interval", "Interval", "timer"))
    }

    /// Tells a change of the resource's state.
    pub fn report(&self, fact: Fact) {
        self.0.in_scope(|| match fact {
            Fact::Locked(locked) => update!(locked = locked),
            Fact::WriteLocked(locked) => {
                update!(write_locked = locked, write_locked.op = "override");
            }
            Fact::ReaderCame => update!(current_readers = 1, current_readers.op = "add"),
            Fact::ReaderLeft => update!(current_readers = 1, current_readers.op = "sub"),
            Fact::PermitsAdded(permits) => update!(permits = permits, permits.op = "add"),
            Fact::PermitsTaken(permits) => update!(permits = permits, permits.op = "sub"),
            Fact::SenderDropped => update!(tx_dropped = true, tx_dropped.op = "override"),
            Fact::ReceiverDropped => update!(rx_dropped = true, rx_dropped.op = "override"),
            Fact::ValueSent => update!(value_sent = true, value_sent.op = "override"),
            Fact::ValueReceived => {
                update!(value_received = true, value_received.op = "override");
            }
        });
    }
}

/// The resources behind a semaphore: itself, and what it is a part of.
#[derive(Debug)]
pub struct SemaphoreResources {
    // In the order in which subscribers see them close.
    /// What the program made, for instance a mutex.
    pub owner: Resource,
    /// The semaphore in it.
    pub semaphore: Resource,
}

impl SemaphoreResources {
    /// Nobody watches them.
    pub const fn none() -> Self {
        SemaphoreResources {
            owner: Resource::none(),
            semaphore: Resource::none(),
        }
    }

    /// A mutex.
    #[track_caller]
    pub fn mutex() -> Self {
        let owner = located!("tokio::sync::mutex", "Mutex", "Sync");
        let semaphore = owner.in_scope(|| {
            update!(locked = false);
            Resource::batch_semaphore(1)
        });
        SemaphoreResources {
            owner: Resource(owner),
            semaphore,
        }
    }

    /// A lock for readers and writers.
    #[track_caller]
    pub fn rwlock(max_readers: u32) -> Self {
        let owner = located!("tokio::sync::rwlock", "RwLock", "Sync");
        owner.in_scope(|| {
            update!(max_readers = max_readers);
            update!(write_locked = false);
            update!(current_readers = 0);
        });
        let semaphore = owner.in_scope(|| Resource::batch_semaphore(max_readers as usize));
        SemaphoreResources {
            owner: Resource(owner),
            semaphore,
        }
    }

    /// A semaphore that the program made.
    #[track_caller]
    pub fn semaphore(permits: usize) -> Self {
        let owner = located!(
            "tokio::sync::semaphore",
            "Semaphore",
            "Sync",
            inherits_child_attrs = true
        );
        let semaphore = owner.in_scope(|| Resource::batch_semaphore(permits));
        SemaphoreResources {
            owner: Resource(owner),
            semaphore,
        }
    }

    /// A semaphore that is a part of something that is not a resource itself.
    pub fn internal(permits: usize) -> Self {
        SemaphoreResources {
            owner: Resource::none(),
            semaphore: Resource::batch_semaphore(permits),
        }
    }
}

/// What the end of a hold on a resource is reported as.
#[derive(Debug, Clone, Copy)]
pub struct Ending(Option<Fact>);

impl Ending {
    /// The end is not reported.
    pub const SILENT: Self = Ending(None);

    /// The end is reported as `fact`.
    pub fn told_as(fact: Fact) -> Self {
        Ending(Some(fact))
    }

    /// Tells the end.
    pub fn report(&self, resource: &Resource) {
        if let Some(fact) = self.0 {
            resource.report(fact);
        }
    }

    /// Tells that a writer goes on as a reader.
    pub fn downgrade(&mut self, resource: &Resource) {
        let end = std::mem::replace(self, Ending::told_as(Fact::ReaderLeft));
        end.report(resource);
        resource.report(Fact::ReaderCame);
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resource")
    }
}
