//! Who waits for what in a deterministic run that cannot go on.
//!
//! The scheduler's and the blocking pool's parts of a report both use this. It knows neither.

use std::collections::HashMap;

use vitte_context::trace::{WaitKind, Waiting};

use crate::events::who::Who;

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
        (WaitKind::Join, Some(who)) if who.is_job() => {
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
