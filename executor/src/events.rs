//! What happens to tasks and workers, and who reads of it.
//!
//! Wherever something happens that somebody may want to see, the thread on which it happens calls
//! [`note`] with an [`Event`], and with the [`Readers`] that it has at hand. Each reader is a file
//! of the folder:
//!
//! - [`counts`]: what a worker counts, for the runtime's metrics;
//! - [`histograms`]: how long polls take, and how long ready tasks wait for theirs;
//! - [`hooks`]: the user's functions around each task;
//! - [`steps`]: the last steps of a deterministic run, and its hash.
//!
//! Another reader is another file here: a field in [`Readers`], or in [`Counts`] if it is kept per
//! worker, and a line in [`note`].
//!
//! `note` is inlined where the event's kind and the readers are constant, so a reader costs where
//! it does something and nothing elsewhere. An event carries what the place knows anyway: the
//! task's header (id, spawn location) or how many. The worker is the one whose readers these are,
//! and time is measured by the reader that wants it, or carried where the place has measured it.
//!
//! Not events: what a protocol depends on (how many tasks an owner has, what the sentinel sees of a
//! worker, who is idle), values that are set and not counted (the length of a queue, the mean time
//! of a poll), and the spans of [`trace`](vitte_context::trace), which wrap futures.

pub(crate) mod counts;
mod event;
mod histograms;
mod hooks;
pub(crate) mod steps;
#[cfg(all(test, not(vitte_loom)))]
mod tests;
pub(crate) mod who;

use vitte_context::choose::Chooser;

use self::counts::Counts;
pub(crate) use self::event::{Event, Why};
use self::steps::Recent;
use crate::metrics::WorkerMetrics;
use crate::task::TaskHooks;

/// What a place has at hand of those who read events. It names those that it has, and has none of
/// the others: `Readers { hooks, ..Readers::NONE }`.
#[derive(Clone, Copy)]
pub(crate) struct Readers<'a> {
    /// Those of the core that this thread has.
    pub(crate) counts: Option<&'a Counts>,
    /// Those of the worker that this thread is.
    pub(crate) metrics: Option<&'a WorkerMetrics>,
    /// Those of the scheduler that the task belongs to.
    pub(crate) hooks: Option<&'a TaskHooks>,
    /// Those of the deterministic run that this thread makes.
    pub(crate) run: Option<(&'a Recent, &'a Chooser)>,
}

impl Readers<'_> {
    pub(crate) const NONE: Self = Readers {
        counts: None,
        metrics: None,
        hooks: None,
        run: None,
    };
}

/// Something happened, on this thread and now.
#[inline(always)]
pub(crate) fn note(readers: Readers<'_>, event: Event<'_>) {
    counts::read(readers.counts, readers.metrics, event);
    histograms::read(readers.metrics, event);
    hooks::read(readers.hooks, event);
    steps::read(readers.run, event);
}
