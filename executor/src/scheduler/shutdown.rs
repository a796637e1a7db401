//! The end of a scheduler: every task that was ever spawned has its future dropped.
//!
//! A task is in a queue, being polled, or in the registry. The order of the end is:
//!
//! 1. Close the owner: from now on a poll ends its task as cancelled.
//! 2. Stop the workers (multi-thread), and take what is in their queues.
//! 3. Close the injector. A task that is spawned from here on is ended by its spawner; one that
//!    is woken goes to the late tasks.
//! 4. Sweep the registry: wake all that are suspended. Each stays in it until it is done.
//! 5. Run what is queued, injected and late, until the registry is empty. A task that another
//!    thread is just waking, or that blocks in `block_in_place`, is waited for.
//! 6. End the driver, so that pending timers and sockets fail. Before the first wait, if step 5
//!    has to wait: what blocks in `block_in_place` may be waiting for one of them.
//!
//! Only then may the last reference to the scheduler go. The thread that drains is inside the
//! runtime's context, so destructors can still spawn, and find the runtime that they belong to.

use vitte_context::panics::Panicked;
use vitte_context::park::Parker;

use super::Scheduler;
use crate::task::header::Task;

impl Scheduler {
    /// Steps 3 to 6. `local` gives the tasks that are in the caller's own queues. If a waker
    /// panics when the driver ends, so does this, after the last step.
    ///
    /// The caller is inside the runtime's context, and is the only thread that polls tasks of
    /// this scheduler, but for those inside `block_in_place`.
    pub(super) fn drain(&self, mut local: impl FnMut() -> Option<Task>, end_driver: impl FnOnce()) {
        let mut end_driver = Some(end_driver);
        let mut panicked = Panicked::default();
        let parker = Parker::new();
        self.owner.set_drainer(parker.unparker().clone());
        self.inject.close();
        self.owner.registry.sweep();
        loop {
            let next = local()
                .or_else(|| self.inject.pop(0))
                .or_else(|| self.late.pop())
                .or_else(|| {
                    let mut tasks = self.inject.pop_overflow()?;
                    let first = tasks.pop_front();
                    self.late.extend(tasks);
                    first
                });
            if let Some(task) = next {
                task.run();
                continue;
            }
            let is_over = self.owner.registry.live() == 0;
            // It may ready tasks, which are looked for once more.
            if let Some(end_driver) = end_driver.take() {
                panicked.call(end_driver);
            } else if is_over {
                return panicked.resume();
            } else {
                parker.park();
            }
        }
    }
}
