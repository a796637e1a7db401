//! A job of the blocking pool: a task that is polled once, or a worker's life.
//!
//! Made where a closure is handed in, on any thread; run, or cancelled, by one of the pool's. It
//! knows nothing of the scheduler that the pool belongs to: what that wants to be told when the
//! job is over, it says when it makes the job.

use vitte_context::RuntimeCore;

use super::roster::JobKind;
use crate::task::harness;
use crate::task::header::{Header, Task};

/// Whether a job is run even when the runtime shuts down before its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mandatory {
    Yes,
    No,
}

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Submitted {
    Queued,
    /// The pool is shut down; the job was cancelled.
    Refused,
}

/// Something for a thread to do.
pub(crate) struct Job {
    work: Work,
    mandatory: Mandatory,
    when_over: Option<fn(&RuntimeCore)>,
}

enum Work {
    Task(Task),
    Worker(Box<dyn FnOnce() + Send>),
}

impl Job {
    pub(crate) fn new(task: Task, mandatory: Mandatory) -> Self {
        Job {
            work: Work::Task(task),
            mandatory,
            when_over: None,
        }
    }

    /// A worker, which is never skipped: it has tasks to end.
    pub(super) fn worker(worker: impl FnOnce() + Send + 'static) -> Self {
        Job {
            work: Work::Worker(Box::new(worker)),
            mandatory: Mandatory::Yes,
            when_over: None,
        }
    }

    /// The job, with something to do when it is over and whoever joins it was woken.
    pub(crate) fn when_over(self, when_over: fn(&RuntimeCore)) -> Self {
        Job {
            when_over: Some(when_over),
            ..self
        }
    }

    /// The header of the job's task.
    pub(super) fn header(&self) -> &Header {
        match &self.work {
            Work::Task(task) => task.metadata(),
            Work::Worker(_) => unreachable!("a worker has no task"),
        }
    }

    /// Whether a shutdown may cancel it instead of running it.
    pub(super) fn may_be_skipped(&self) -> bool {
        self.mandatory == Mandatory::No
    }

    pub(super) fn kind(&self) -> JobKind {
        match (&self.work, self.mandatory) {
            (Work::Worker(_), _) => JobKind::Worker,
            (Work::Task(_), Mandatory::Yes) => JobKind::Mandatory,
            (Work::Task(_), Mandatory::No) => JobKind::Optional,
        }
    }

    pub(super) fn run(self, runtime: &RuntimeCore) {
        match self.work {
            Work::Task(task) => {
                task.run();
            }
            Work::Worker(worker) => worker(),
        }
        if let Some(when_over) = self.when_over {
            when_over(runtime);
        }
    }

    /// Ends a job that will not be run.
    pub(super) fn cancel(self, runtime: &RuntimeCore) {
        if let Work::Task(task) = self.work {
            harness::cancel_now(task);
        }
        if let Some(when_over) = self.when_over {
            when_over(runtime);
        }
    }
}
