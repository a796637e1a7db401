//! The events, and what each carries.

use std::time::{Duration, Instant};

use super::who::Who;
use crate::task::header::Header;

/// Something that happened.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event<'a> {
    /// A task was made and is about to be queued.
    Spawned(&'a Header),
    /// A task became ready on the thread that has the core.
    Readied(#[allow(dead_code, reason = "no reader asks why as yet")] Why),
    /// A worker takes up a task, and perhaps others after that from its LIFO slot: a turn.
    TurnBegan,
    /// The turn is over, and took that long. Noted only where that is measured.
    TurnTook(Duration),
    /// A task is about to be polled. How long it was ready, if that is measured. Noted, as are the
    /// next two, only if the task's owner has listeners.
    PollBegan(&'a Header, Option<Duration>),
    /// It was polled.
    PollEnded(&'a Header, Option<Duration>),
    /// A task or a blocking job has ended.
    TaskEnded(&'a Header),
    /// A worker took so many tasks from another one.
    Stole(usize),
    /// A worker had no room for a task, and gave half of what it has to the injector.
    Overflowed,
    /// This thread has got the core.
    GotCore(Instant),
    /// This thread gives the core up, at the end of the worker or of `block_on`.
    GaveCore,
    /// The thread with the core is about to wait.
    Parked,
    /// It has waited.
    Unparked(Instant),
    /// The thread with the core is about to look at timers and sockets.
    LooksAtDriver,
    /// A deterministic run makes a step, at that time of the run.
    Step(Who, Duration),
}

/// Why a task becomes ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// It is new.
    Spawn,
    /// Someone woke it.
    Wake,
    /// It woke itself while it was polled: it wants others to run first.
    Yield,
    /// The same, and the driver is to have a turn before it runs again.
    Defer,
}
