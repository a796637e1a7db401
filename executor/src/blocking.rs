//! The blocking pool: threads for code that blocks, and for the workers.
//!
//! `pool` has the threads, `roster` decides which of them comes to which job, `turns` has those of
//! a deterministic runtime; here is how a closure becomes a job.

mod job;
mod pool;
mod roster;
mod turns;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use vitte_context::trace::{Origin, TaskKind};
use vitte_context::{RuntimeCore, coop, runtime};

pub(crate) use job::{Job, Mandatory, Submitted};
pub use pool::BlockingPool;
pub(crate) use turns::BatonJobs;

use crate::scheduler::Scheduler;
use crate::task::JoinHandle;
use crate::task::harness::{self, Kind};
use crate::task::header::{Polls, Task};
use crate::task::large::is_large;

/// Runs a closure that blocks, or computes for long, on the current runtime's blocking pool.
///
/// The pool starts a thread if none is free, up to a limit
/// (`Builder::max_blocking_threads`, 512 by default); beyond that, jobs wait in a queue. A job that
/// has not begun can be aborted; one that has begun runs to its end, and dropping the runtime waits
/// for it.
///
/// For async code inside the closure, take `Handle::current().block_on(…)`.
///
/// # Panics
///
/// If the thread is not inside a runtime, and if the pool has no thread and the operating system
/// starts none.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let count = vitte::task::spawn_blocking(|| {
///     // Code that would keep other tasks from running.
///     std::fs::read_to_string("Cargo.toml").map(|text| text.lines().count())
/// });
/// assert!(count.await.unwrap()? > 0);
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn spawn_blocking<F, R>(f: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let Some(core) = runtime::current() else {
        panic!("{}", runtime::NO_RUNTIME)
    };
    spawn_blocking_on(&core, f)
}

/// [`spawn_blocking`] on a certain runtime.
///
/// # Panics
///
/// When the operating system does not start the pool's first thread.
#[track_caller]
pub fn spawn_blocking_on<F, R>(core: &Arc<RuntimeCore>, f: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let origin = Origin::caller();
    let spawned = if const { is_large::<F>() } {
        spawn_small(core, origin.boxed::<F>(), Box::new(f))
    } else {
        spawn_small(core, origin, f)
    };
    match spawned {
        Ok(handle) => handle,
        Err(error) => panic!("OS can't spawn worker thread: {error}"),
    }
}

/// [`spawn_blocking_on`] without the panic.
///
/// # Errors
///
/// When the operating system does not start the pool's first thread.
pub fn try_spawn_blocking_on<F, R>(
    core: &Arc<RuntimeCore>,
    origin: Origin<'_>,
    f: F,
) -> std::io::Result<JoinHandle<R>>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    if const { is_large::<F>() } {
        spawn_small(core, origin.boxed::<F>(), Box::new(f))
    } else {
        spawn_small(core, origin, f)
    }
}

fn spawn_small<F, R>(
    core: &Arc<RuntimeCore>,
    origin: Origin<'_>,
    f: F,
) -> std::io::Result<JoinHandle<R>>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let (task, handle) = new_job(core, origin, f);
    // A pool that is shut down has cancelled the job, which the handle will tell.
    submit(core, task, Mandatory::No)?;
    Ok(handle)
}

/// Runs a closure that also a shutdown must not skip, once this function has accepted it.
///
/// Returns `None` if the runtime is shut down already, or no thread can be had.
///
/// # Panics
///
/// Outside of a runtime.
#[track_caller]
pub fn spawn_mandatory_blocking<F, R>(f: F) -> Option<JoinHandle<R>>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let Some(core) = runtime::current() else {
        panic!("{}", runtime::NO_RUNTIME)
    };
    let (task, handle) = new_job(&core, Origin::caller(), f);
    match submit(&core, task, Mandatory::Yes) {
        Ok(Submitted::Queued) => Some(handle),
        Ok(Submitted::Refused) | Err(_) => None,
    }
}

fn new_job<F, R>(core: &Arc<RuntimeCore>, origin: Origin<'_>, f: F) -> (Task, JoinHandle<R>)
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let owner = Scheduler::of(core).owner_pointer();
    let job = BlockingJob { f: Some(f) };
    // SAFETY: closure and result are `Send + 'static`; whoever runs or cancels a job holds the
    // runtime's core, and with it the owner.
    unsafe { harness::new_task(job, owner, KIND, origin.closure::<F>(), |_, _| woken()) }
}

const KIND: Kind = Kind {
    polls: Polls::Once,
    span: TaskKind::Blocking,
};

/// A job completes in its only poll. Code that aborts it, or kept its waker, can wake it only until
/// then, while it is queued or runs and its maker's function is not called.
fn woken() {
    unreachable!("a blocking job was scheduled twice")
}

fn submit(core: &Arc<RuntimeCore>, task: Task, mandatory: Mandatory) -> std::io::Result<Submitted> {
    let scheduler = Scheduler::of(core);
    let job = Job::new(task, mandatory);
    scheduler.flavor.submit_job(scheduler, core, job)
}

/// A closure as a future that is ready at its first poll.
struct BlockingJob<F> {
    f: Option<F>,
}

impl<F> Unpin for BlockingJob<F> {}

impl<F: FnOnce() -> R, R> Future for BlockingJob<F> {
    type Output = R;

    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<R> {
        // A job gives back the thread when it is done, so it has no budget to keep.
        coop::set(coop::Budget::UNCONSTRAINED);
        match self.f.take() {
            Some(f) => Poll::Ready(f()),
            None => unreachable!("a blocking job was polled twice"),
        }
    }
}
