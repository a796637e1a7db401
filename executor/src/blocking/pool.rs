//! The pool's threads and their queue.
//!
//! Idle threads wait on parkers of their own, in a stack: the one that was busy last, and is most
//! likely still in a cache, is woken first. Everything else is one queue behind one mutex. A
//! thread that stays idle for the keep-alive time ends.
//!
//! The workers of a multi-thread scheduler are jobs of this pool too: a thread whose worker moved
//! away, because a task blocked it, becomes an ordinary thread of the pool.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::io;
use std::mem;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use vitte_context::block;
use vitte_context::panics::contain;
use vitte_context::park::{Parker, Unparker};
use vitte_context::primitive::{Mutex, MutexGuard, lock};
use vitte_context::runtime::SetCurrent;
use vitte_context::thread::{self, ThreadConfig};
use vitte_context::{RuntimeCore, enter};

use super::{Mandatory, Submitted};
use crate::config::Config;
use crate::scheduler::Scheduler;
use crate::task::harness::{self, Task};
use crate::task::header::Header;

/// The threads of one runtime that may block. Clones are handles to the same pool.
#[derive(Clone)]
pub struct BlockingPool {
    pool: Arc<Pool>,
}

struct Pool {
    state: Mutex<PoolState>,
    config: Config,
    threads_max: usize,
}

#[derive(Default)]
struct PoolState {
    queue: VecDeque<Job>,
    /// The idle threads, the latest last.
    idle: Vec<(usize, Unparker)>,
    /// How many threads take jobs, the busy ones included.
    threads: usize,
    /// How many threads were started or woken, each for a job, and have not come to it yet. That
    /// many jobs are run even if the shutdown comes first.
    called: usize,
    /// How many of the jobs that are queued or run are workers: their threads take no other job
    /// before the runtime ends.
    workers: usize,
    /// How many threads have not ended yet: those, and the ones that are about to end.
    alive: usize,
    next_thread: usize,
    handles: HashMap<usize, JoinHandle<()>>,
    /// The pool's threads by the numbers that they have in the process.
    ids: HashMap<u64, usize>,
    /// The last thread that ended for want of work; joined by the next one that does, so that
    /// threads do not pile up unjoined.
    ended: Option<JoinHandle<()>>,
    shutdown: bool,
    /// Who waits for all threads but that many to end.
    waiter: Option<(Unparker, usize)>,
}

/// Something for a thread to do.
pub(crate) struct Job {
    work: Work,
    mandatory: Mandatory,
    inhibits_clock: bool,
}

enum Work {
    Task(Task),
    Worker(Box<dyn FnOnce() + Send>),
}

impl Job {
    pub(super) fn new(task: Task, mandatory: Mandatory, inhibits_clock: bool) -> Self {
        Job {
            work: Work::Task(task),
            mandatory,
            inhibits_clock,
        }
    }

    /// The header of the job's task.
    pub(super) fn header(&self) -> &Header {
        match &self.work {
            Work::Task(task) => task.metadata(),
            Work::Worker(_) => unreachable!("a worker has no task"),
        }
    }

    /// Whether a shutdown may cancel it instead of running it.
    pub(super) fn may_be_skipped(&self) -> bool {
        self.mandatory == Mandatory::No
    }

    fn is_worker(&self) -> bool {
        matches!(self.work, Work::Worker(_))
    }

    pub(super) fn run(self, core: &RuntimeCore) {
        match self.work {
            Work::Task(task) => {
                task.run();
            }
            Work::Worker(worker) => worker(),
        }
        release_clock(core, self.inhibits_clock);
    }

    /// Ends a job that will not be run.
    pub(super) fn cancel(self, core: &RuntimeCore) {
        if let Work::Task(task) = self.work {
            harness::cancel_now(task);
        }
        release_clock(core, self.inhibits_clock);
    }
}

/// The job is over and whoever joins it was woken: the clock may jump again.
fn release_clock(core: &RuntimeCore, inhibited: bool) {
    if inhibited {
        core.clock().allow_auto_advance();
        Scheduler::of(core).unpark_driver();
    }
}

impl PoolState {
    /// Whether some thread will come to a job in the queue, sooner or later.
    fn has_takers(&self, is_worker: bool) -> bool {
        // A worker that found no thread runs in the shutdown, or is taken back by its core's owner.
        self.threads > if is_worker { 0 } else { self.workers }
    }
}

impl BlockingPool {
    pub(crate) fn new(config: &Config, workers: usize) -> Self {
        BlockingPool {
            pool: Arc::new(Pool {
                state: Mutex::default(),
                config: config.clone(),
                threads_max: config.blocking_threads_max + workers,
            }),
        }
    }

    /// Queues a job, and sees to it that a thread takes it.
    pub(super) fn submit(&self, core: &Arc<RuntimeCore>, job: Job) -> io::Result<Submitted> {
        let mut state = lock(&self.pool.state);
        if state.shutdown {
            drop(state);
            job.cancel(core);
            return Ok(Submitted::Refused);
        }
        let is_worker = job.is_worker();
        state.workers += usize::from(is_worker);
        state.queue.push_back(job);
        if let Some((_, idle)) = state.idle.pop() {
            state.called += 1;
            drop(state);
            idle.unpark();
            return Ok(Submitted::Queued);
        }
        if state.threads == self.pool.threads_max {
            return Ok(Submitted::Queued);
        }
        match self.start_thread(&mut state, core) {
            Ok(()) => Ok(Submitted::Queued),
            // The threads that there are will come to it; those of workers only to a worker.
            Err(error)
                if error.kind() == io::ErrorKind::WouldBlock && state.has_takers(is_worker) =>
            {
                Ok(Submitted::Queued)
            }
            Err(error) => {
                let job = state.queue.pop_back();
                state.workers -= usize::from(is_worker);
                drop(state);
                if let Some(job) = job {
                    job.cancel(core);
                }
                Err(error)
            }
        }
    }

    /// Runs a worker on a thread of the pool, a new one if none is idle.
    ///
    /// # Panics
    ///
    /// When the operating system does not start a thread.
    pub(crate) fn spawn_worker(
        &self,
        core: &Arc<RuntimeCore>,
        worker: impl FnOnce() + Send + 'static,
    ) {
        let work = Work::Worker(Box::new(worker));
        let job = Job {
            work,
            mandatory: Mandatory::Yes,
            inhibits_clock: false,
        };
        if let Err(error) = self.submit(core, job) {
            panic!("OS can't spawn worker thread: {error}");
        }
    }

    fn start_thread(
        &self,
        state: &mut MutexGuard<'_, PoolState>,
        core: &Arc<RuntimeCore>,
    ) -> io::Result<()> {
        let id = state.next_thread;
        let config = ThreadConfig {
            name: (self.pool.config.thread_name)(),
            stack_size: self.pool.config.thread_stack_size,
        };
        let pool = self.pool.clone();
        let core = core.clone();
        let handle = thread::spawn(&config, move || pool.run_thread(id, core))?;
        state.next_thread += 1;
        state.threads += 1;
        state.alive += 1;
        state.called += 1;
        state.handles.insert(id, handle);
        Ok(())
    }

    /// Takes no more jobs, drops those that have not begun, and waits until all threads ended.
    ///
    /// `None` waits for ever, zero not at all. What still runs after the timeout is left alone. A
    /// thread of the pool does not wait for itself.
    ///
    /// # Panics
    ///
    /// When this thread drives a runtime, and must not block.
    #[track_caller]
    pub fn shutdown(&self, timeout: Option<Duration>) {
        let parker = Parker::new();
        let (idle, handles, own) = {
            let mut state = lock(&self.pool.state);
            if state.shutdown {
                // An explicit shutdown came before the drop of the runtime.
                return;
            }
            // The pool is shut down also if the wait below panics.
            state.shutdown = true;
            let own = state.ids.get(&block::thread_id()).copied();
            own.map(|own| state.handles.remove(&own));
            let own = usize::from(own.is_some());
            state.waiter = Some((parker.unparker().clone(), own));
            let ended = state.ended.take();
            let mut handles: Vec<_> = mem::take(&mut state.handles).into_values().collect();
            handles.extend(ended);
            let idle: Vec<_> = state.idle.iter().map(|(_, idle)| idle.clone()).collect();
            (idle, handles, own)
        };
        for thread in idle {
            thread.unpark();
        }
        if timeout == Some(Duration::ZERO) {
            return;
        }
        if enter::current().is_entered() {
            if std::thread::panicking() {
                return;
            }
            panic!(
                "Cannot drop a runtime in a context where blocking is not allowed. \
                This happens when a runtime is dropped from within an asynchronous context."
            );
        }
        if self.wait_for_threads(own, &parker, timeout) {
            for handle in handles {
                // A thread that panicked has reported it itself.
                let _ = handle.join();
            }
        }
    }

    /// Waits until only that many threads are left. Returns false after the timeout.
    fn wait_for_threads(&self, left: usize, parker: &Parker, timeout: Option<Duration>) -> bool {
        let deadline =
            timeout.and_then(|timeout| vitte_context::clock::system_now().checked_add(timeout));
        loop {
            if lock(&self.pool.state).alive <= left {
                return true;
            }
            match deadline {
                None => parker.park(),
                Some(deadline) => {
                    let now = vitte_context::clock::system_now();
                    if now >= deadline {
                        return false;
                    }
                    parker.park_timeout(deadline - now);
                }
            }
        }
    }

    /// How many threads there are.
    pub fn threads(&self) -> usize {
        lock(&self.pool.state).threads
    }

    /// How many threads have nothing to do.
    pub fn idle_threads(&self) -> usize {
        lock(&self.pool.state).idle.len()
    }

    /// How many jobs wait for a thread.
    pub fn queued(&self) -> usize {
        lock(&self.pool.state).queue.len()
    }
}

/// A thread of the pool; says so when it ends, also when a hook panics.
struct Alive<'a>(&'a Pool);

impl Drop for Alive<'_> {
    fn drop(&mut self) {
        let waiter = {
            let mut state = lock(&self.0.state);
            if std::thread::panicking() {
                state.threads -= 1;
            }
            state.alive -= 1;
            state.ids.remove(&block::thread_id());
            let alive = state.alive;
            state.waiter.take_if(|(_, left)| alive <= *left)
        };
        if let Some((waiter, _)) = waiter {
            waiter.unpark();
        }
    }
}

impl Pool {
    /// A thread's life.
    fn run_thread(&self, id: usize, core: Arc<RuntimeCore>) {
        let _alive = Alive(self);
        lock(&self.state).ids.insert(block::thread_id(), id);
        let current = SetCurrent::new(core.clone());
        // A hook that panics must not take the thread with it: it was called for a job, perhaps
        // for a worker.
        if let Some(hook) = &self.config.on_thread_start {
            contain(|| hook());
        }
        let previous = self.run_jobs(id, &core);
        if let Some(hook) = &self.config.on_thread_stop {
            contain(|| hook());
        }
        // Panics if a job has left a guard of its own behind.
        contain(|| drop(current));
        drop(core);
        if let Some(previous) = previous {
            let _ = previous.join();
        }
    }

    /// Runs jobs until shutdown, or until there were none for the keep-alive time; returns, in
    /// that case, the thread that ended before, to be joined.
    fn run_jobs(&self, id: usize, core: &RuntimeCore) -> Option<JoinHandle<()>> {
        let parker = Parker::new();
        let mut called = true;
        let mut state = lock(&self.state);
        loop {
            if called {
                state.called -= 1;
            } else if state.shutdown {
                return self.run_shutdown(state, core);
            }
            called = false;
            if let Some(job) = state.queue.pop_front() {
                drop(state);
                let is_worker = job.is_worker();
                job.run(core);
                state = lock(&self.state);
                state.workers -= usize::from(is_worker);
                continue;
            }
            if state.shutdown {
                continue;
            }
            state.idle.push((id, parker.unparker().clone()));
            drop(state);
            let woken = parker.park_timeout(self.config.thread_keep_alive);
            state = lock(&self.state);
            let idle = state.idle.iter().position(|(thread, _)| *thread == id);
            let Some(position) = idle else {
                called = true;
                continue;
            };
            state.idle.swap_remove(position);
            if !woken && !state.shutdown && state.queue.is_empty() {
                // Under the same lock as the decision to end: a job that comes from here on
                // starts a thread if it needs one.
                state.threads -= 1;
                let own = state.handles.remove(&id);
                return mem::replace(&mut state.ended, own);
            }
        }
    }

    /// Jobs that must not be skipped are run, the others cancelled; but for those at the front
    /// that other threads are coming for.
    fn run_shutdown<'a>(
        &'a self,
        mut state: MutexGuard<'a, PoolState>,
        core: &RuntimeCore,
    ) -> Option<JoinHandle<()>> {
        loop {
            let called = state.called;
            let Some(job) = state.queue.remove(called) else {
                break;
            };
            drop(state);
            let is_worker = job.is_worker();
            match job.mandatory {
                Mandatory::Yes => job.run(core),
                Mandatory::No => job.cancel(core),
            }
            state = lock(&self.state);
            state.workers -= usize::from(is_worker);
        }
        state.threads -= 1;
        None
    }
}

impl fmt::Debug for BlockingPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingPool")
            .field("threads", &self.threads())
            .finish_non_exhaustive()
    }
}
