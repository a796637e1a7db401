//! Orphans: children that nobody waits for any more, though they still run.
//!
//! Dropping such a child hands it in here. `SIGCHLD` then reports, through the
//! [signal registry](crate::signal::registry) and the reactor that delivers it, that it is time to
//! look at all of them.

use std::process::Child;

use vitte_context::primitive::plain::{Mutex, MutexGuard};

use crate::reactor::Reactor;
use crate::signal::registry;

static ORPHANS: Mutex<Vec<Child>> = Mutex::new(Vec::new());

fn orphans() -> MutexGuard<'static, Vec<Child>> {
    ORPHANS
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Takes in a child that still runs. `reactor` is one that delivers signals from now on.
pub(super) fn adopt(child: Child, reactor: &Reactor) {
    orphans().push(child);
    look_after(reactor);
}

/// Lets a runtime that has to do with processes look after the orphans that there are: the one
/// that they were handed in by may have ended.
pub(super) fn look_after(reactor: &Reactor) {
    if orphans().is_empty() {
        return;
    }
    // It fails when that runtime shuts down; then the next one that has a child will do.
    let _ = registry::on_arrival(libc::SIGCHLD, reactor, reap);
    // They may have ended before the signal was caught.
    reap();
}

/// Waits for those that have ended.
fn reap() {
    // An error means that somebody else has waited for the child.
    orphans().retain_mut(|child| matches!(child.try_wait(), Ok(None)));
}
