//! A worker's beginning and end: which thread runs it, and what it leaves behind.

use std::cell::Cell;
use std::ptr;
use std::sync::Arc;

use vitte_context::defer::DeferList;
use vitte_context::panics::contain;
use vitte_context::primitive::lock;
use vitte_context::{RuntimeCore, clock, enter};

use super::context::Installed;
use super::{Core, WorkerContext};
use crate::scheduler::{Scheduler, ThreadContext, multi_thread};

/// Starts a thread that runs the worker with that core.
pub(crate) fn launch(scheduler: &Arc<Scheduler>, runtime: &Arc<RuntimeCore>, core: Box<Core>) {
    let thread = ThreadContext {
        scheduler: scheduler.clone(),
    };
    let runtime = runtime.clone();
    scheduler
        .blocking
        .spawn_worker(&runtime.clone(), move || run(thread, runtime, core));
}

/// Takes over the core that a blocking thread left for its successor, if it is still there.
pub(crate) fn launch_successor(
    scheduler: &Arc<Scheduler>,
    runtime: &Arc<RuntimeCore>,
    index: usize,
) {
    let thread = ThreadContext {
        scheduler: scheduler.clone(),
    };
    let runtime = runtime.clone();
    scheduler.blocking.spawn_worker(&runtime.clone(), move || {
        let Some(workers) = thread.scheduler.flavor.workers() else {
            return;
        };
        let core = lock(&workers.remote(index).handed_over).take();
        if let Some(core) = core {
            run(thread, runtime, core);
        }
    });
}

/// A worker's life.
fn run(thread: ThreadContext, runtime: Arc<RuntimeCore>, core: Box<Core>) {
    let entered = enter::enter_runtime(&runtime, true);
    let index = core.index;
    let context = WorkerContext {
        thread,
        core: Cell::new(ptr::null_mut()),
        runtime,
        defer: DeferList::keeping_tasks(),
    };
    let now = clock::system_now();
    core.busy_since.set(now);
    core.pace.begin(now);
    context.metrics(&core).note_thread();
    context.put_core(core);
    {
        let _installed = Installed::new(&context, index);
        context.run_tasks();
        // Also without a core: the task that gave it away may have yielded in the same poll.
        contain(|| context.defer.wake_all());
        if let Some(core) = context.take_core() {
            let metrics = context.metrics(&core);
            metrics.note_busy(core.busy_since.get());
            metrics.publish(&core.counts);
            core.ready_deferred(context.scheduler());
            if let Some(cores) = context.workers().retire(*core) {
                contain(|| multi_thread::drain(context.scheduler(), context.workers(), cores));
            }
        }
    }
    drop(entered);
}
