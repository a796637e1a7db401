//! `block_in_place`: blocking in the middle of a task.
//!
//! The worker hands its core to another thread of the blocking pool, which goes on as that
//! worker; this thread runs the closure, and afterwards takes the core back if the other thread
//! has not begun with it. If it has, this thread finishes its poll without a core and then goes
//! back to the pool.

use std::ptr;

use vitte_context::defer::without_defer;
use vitte_context::enter::{self, Entered};
use vitte_context::primitive::{Mutex, lock};
use vitte_context::{block, coop};

use crate::worker::{WorkerContext, launch_successor};

/// Runs code that blocks in the middle of a task, without keeping other tasks from running.
///
/// The closure is called at once, on this thread; another thread takes over the other tasks. So it
/// may borrow from the task, unlike one given to `spawn_blocking`. Code of the same task, in other
/// branches of a `join!` for instance, does not run in the meantime, and the closure cannot be
/// cancelled. Outside of a runtime the closure is just called.
///
/// # Panics
///
/// On a current-thread runtime, and inside a `LocalSet`.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let mut lines = Vec::new();
/// vitte::spawn(async move {
///     vitte::task::block_in_place(|| {
///         // Borrows `lines`.
///         lines.extend(std::fs::read_to_string("Cargo.toml")?.lines().map(String::from));
///         std::io::Result::Ok(())
///     })?;
///     assert!(!lines.is_empty());
///     std::io::Result::Ok(())
/// })
/// .await
/// .unwrap()?;
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn block_in_place<F, R>(f: F) -> R
where
    F: FnOnce() -> R,
{
    let context = match enter::current() {
        // Outside of a runtime, or inside another `block_in_place`: nobody waits for this thread.
        Entered::No => return f(),
        Entered::Yes {
            allow_block_in_place: true,
        } => WorkerContext::current(),
        Entered::Yes {
            allow_block_in_place: false,
        } => {
            panic!("can call blocking only when running on the multi-threaded runtime")
        }
    };
    let _handed_over = context.and_then(HandedOver::new);
    let _blocking = enter::replace(Entered::No);
    let _budget = coop::enter(coop::Budget::UNCONSTRAINED);
    without_defer(f)
}

/// The core was given away; it is taken back when this is dropped, if that is still possible.
struct HandedOver<'a> {
    context: &'a WorkerContext,
    index: usize,
}

impl<'a> HandedOver<'a> {
    fn new(context: &'a WorkerContext) -> Option<Self> {
        context.prepare_to_give_core();
        let core = context.take_core()?;
        let index = core.index();
        block::give_core_away();
        let handed_over = HandedOver { context, index };
        *lock(handed_over.slot()) = Some(core);
        launch_successor(context.scheduler(), context.runtime(), index);
        Some(handed_over)
    }

    fn slot(&self) -> &'a Mutex<Option<Box<crate::worker::Core>>> {
        &self.context.workers().remote(self.index).handed_over
    }
}

impl Drop for HandedOver<'_> {
    fn drop(&mut self) {
        let core = lock(self.slot()).take();
        if let Some(core) = core {
            let owner = self.context.scheduler().owner();
            block::take_core_back(ptr::from_ref(owner).cast(), self.index);
            self.context.put_core(core);
        }
    }
}
