//! A worker's beginning and end: which thread runs it, and what it leaves behind.

use std::cell::Cell;
use std::ptr;
use std::sync::Arc;

use vitte_context::defer::{DeferGuard, DeferList};
use vitte_context::panics::contain;
use vitte_context::primitive::lock;
use vitte_context::{RuntimeCore, enter};

use super::{Core, WorkerContext};
use crate::polling::Installed;
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
    core.pace.begin(core.polling.begin(context.metrics(&core)));
    context.put_core(core);
    {
        let owner = context.scheduler().owner();
        let _installed = Installed::new(ptr::from_ref(&context).cast(), owner, index);
        let _defer = DeferGuard::new(&context.defer);
        context.run_tasks();
        // Also without a core: the task that gave it away may have yielded in the same poll.
        contain(|| context.defer.wake_all());
        if let Some(core) = context.take_core() {
            core.polling.end(context.metrics(&core));
            context.ready_deferred(&core);
            if let Some(cores) = context.workers().retire(*core) {
                contain(|| multi_thread::drain(context.scheduler(), context.workers(), cores));
            }
        }
    }
    drop(entered);
}
