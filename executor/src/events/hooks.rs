//! Calls the user's hooks, on the thread on which the event happens.
//!
//! A hook that panics is contained: it takes neither the task nor the worker with it. That of a
//! spawn is the exception, since it has a caller: its panic comes out of `spawn`.

use std::time::Duration;

use vitte_context::panics::contain;

use super::event::Event;
use crate::task::header::Header;
use crate::task::{TaskCallback, TaskHooks, TaskMeta};

#[inline(always)]
pub(super) fn read(hooks: Option<&TaskHooks>, event: Event<'_>) {
    let Some(hooks) = hooks else { return };
    match event {
        Event::Spawned(task) => {
            if let Some(hook) = &hooks.on_spawn {
                hook(&TaskMeta::new(task, None));
            }
        }
        Event::PollBegan(task, latency) => call(hooks.on_before_poll.as_ref(), task, latency),
        Event::PollEnded(task, latency) => call(hooks.on_after_poll.as_ref(), task, latency),
        Event::TaskEnded(task) => call(hooks.on_terminate.as_ref(), task, None),
        _ => {}
    }
}

#[cold]
fn call(hook: Option<&TaskCallback>, task: &Header, latency: Option<Duration>) {
    if let Some(hook) = hook {
        contain(|| hook(&TaskMeta::new(task, latency)));
    }
}
