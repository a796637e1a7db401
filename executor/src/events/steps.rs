//! Reads the steps of a deterministic run: keeps the last ones, for a report about a run that does
//! not end, and tells the run's chooser, which makes them a part of the hash.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt::Write;

use vitte_context::choose::Chooser;

use super::event::Event;
use super::who::Who;

/// The last steps of a run.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    steps: RefCell<VecDeque<Who>>,
}

/// How many steps are kept.
const RECENT_STEPS_MAX: usize = 64;

impl Recent {
    fn push(&self, who: Who) {
        let mut steps = self.steps.borrow_mut();
        if steps.len() == RECENT_STEPS_MAX {
            steps.pop_front();
        }
        steps.push_back(who);
    }

    /// What keeps the run from ending.
    pub(crate) fn describe(&self, is_clock_spun_on: bool) -> String {
        let mut text = String::new();
        let last = self.steps.borrow().back().copied();
        if let Some(who) = last.filter(|_| is_clock_spun_on) {
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
        for &who in &*self.steps.borrow() {
            match tally.iter_mut().find(|(other, _)| *other == who) {
                Some((_, count)) => *count += 1,
                None => tally.push((who, 1)),
            }
        }
        tally.sort_by_key(|(who, count)| (std::cmp::Reverse(*count), who.ordinal));
        tally
    }
}

#[inline(always)]
pub(super) fn read(run: Option<(&Recent, &Chooser)>, event: Event<'_>) {
    if let (Some((recent, chooser)), Event::Step(who, time)) = (run, event) {
        recent.push(who);
        chooser.note(u64::from(who.ordinal));
        chooser.note(time.as_nanos() as u64);
    }
}
