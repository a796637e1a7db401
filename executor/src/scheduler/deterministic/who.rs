//! The names that a report about a deterministic run uses: for the root future, tasks and jobs that
//! made its steps, and for what they wait for.
//!
//! Used by the run's loop and by the blocking jobs, on the thread that runs the tasks. Knows
//! neither the scheduler nor the pool.

use std::collections::{HashMap, VecDeque};
use std::fmt::{self, Write};
use std::panic::Location;

use vitte_context::trace::{WaitKind, Waiting};

use crate::task::header::Header;

/// The root future, a task or a job: what a step of the run belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) ordinal: u32,
    kind: WhoKind,
    /// `None` for `block_on`'s future.
    spawned_at: Option<&'static Location<'static>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WhoKind {
    Root,
    Task,
    Job,
}

impl Who {
    pub(super) fn root() -> Self {
        Who {
            ordinal: 0,
            kind: WhoKind::Root,
            spawned_at: None,
        }
    }

    pub(super) fn task(header: &Header) -> Self {
        Who {
            ordinal: header.ordinal(),
            kind: WhoKind::Task,
            spawned_at: Some(header.spawned_at()),
        }
    }

    pub(crate) fn job(ordinal: u32, spawned_at: &'static Location<'static>) -> Self {
        Who {
            ordinal,
            kind: WhoKind::Job,
            spawned_at: Some(spawned_at),
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            WhoKind::Root => return f.write_str("the future of `block_on`"),
            WhoKind::Task => write!(f, "task {}", self.ordinal)?,
            WhoKind::Job => write!(f, "blocking job {}", self.ordinal)?,
        }
        match self.spawned_at {
            Some(spawned_at) => write!(f, ", spawned at {spawned_at},"),
            None => Ok(()),
        }
    }
}

/// The last steps of a run.
#[derive(Debug, Default)]
pub(super) struct Recent {
    steps: VecDeque<Who>,
}

/// How many steps are kept.
const RECENT_STEPS_MAX: usize = 64;

impl Recent {
    pub(super) fn push(&mut self, who: Who) {
        if self.steps.len() == RECENT_STEPS_MAX {
            self.steps.pop_front();
        }
        self.steps.push_back(who);
    }

    /// What keeps the run from ending.
    pub(super) fn describe(&self, is_clock_spun_on: bool) -> String {
        let mut text = String::new();
        if let Some(who) = self.steps.back().filter(|_| is_clock_spun_on) {
            return format!("\n  {who} reads the clock over and over without an `.await`");
        }
        for (who, count) in self.tally() {
            // Writing to a string does not fail.
            let _ = write!(text, "\n  {who} made {count} of the last steps");
        }
        text
    }

    /// How many of the last steps each one made; the busiest first.
    fn tally(&self) -> Vec<(Who, usize)> {
        let mut tally: Vec<(Who, usize)> = Vec::new();
        for &who in &self.steps {
            match tally.iter_mut().find(|(other, _)| *other == who) {
                Some((_, count)) => *count += 1,
                None => tally.push((who, 1)),
            }
        }
        tally.sort_by_key(|(who, count)| (std::cmp::Reverse(*count), who.ordinal));
        tally
    }
}

/// One that waits, and what for. `header` is the address of its task's header, by which those that
/// join it know it.
pub(crate) struct Waiter {
    pub(crate) who: Who,
    pub(crate) header: usize,
    pub(crate) waiting: Option<Waiting>,
}

/// A line for each waiter.
pub(crate) fn describe(waiters: &[Waiter]) -> String {
    let joinable: HashMap<usize, Who> = waiters
        .iter()
        .map(|waiter| (waiter.header, waiter.who))
        .collect();
    // Addresses differ from run to run, these numbers do not.
    let mut numbers = HashMap::new();
    let mut what = |waiting: Waiting| match (waiting.kind, joinable.get(&waiting.address)) {
        (WaitKind::Join, Some(who)) if who.kind == WhoKind::Job => {
            format!("the end of blocking job {}", who.ordinal)
        }
        (WaitKind::Join, Some(who)) => format!("the end of task {}", who.ordinal),
        (WaitKind::Blocking, _) => "a thread of the blocking pool".to_string(),
        (kind, _) => {
            let next = numbers.len() + 1;
            let number = numbers.entry(waiting.address).or_insert(next);
            format!("{kind:?} #{number}")
        }
    };
    let mut lines = Vec::new();
    for waiter in waiters {
        let what = match waiter.waiting {
            Some(waiting) => what(waiting),
            None => "something that vitte does not know".to_string(),
        };
        lines.push(format!("  {} waits for {what}", waiter.who));
    }
    lines.join("\n")
}
