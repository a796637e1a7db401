//! The pool's threads: how they start, run jobs, and end.
//!
//! Which thread comes to which job is the [roster](super::roster)'s decision. A thread that stays
//! idle for the keep-alive time ends.
//!
//! The workers of a multi-thread scheduler are jobs of this pool too: a thread whose worker moved
//! away, because a task blocked it, becomes an ordinary thread of the pool.

use std::collections::HashMap;
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

use super::job::{Job, Submitted};
use super::roster::{CALLS_MAX, Call, JobKind, Next, Roster, Woken};
use crate::config::Config;

/// The threads of one runtime that may block. Clones are handles to the same pool.
#[derive(Clone)]
pub struct BlockingPool {
    pool: Arc<Pool>,
}

struct Pool {
    state: Mutex<PoolState>,
    config: Config,
}

struct PoolState {
    roster: Roster<Job>,
    threads: Threads,
}

/// The threads as the operating system has them.
#[derive(Default)]
struct Threads {
    /// How many have not ended yet: those that take jobs, and the ones that are about to end.
    alive: usize,
    next: usize,
    handles: HashMap<usize, JoinHandle<()>>,
    /// Their numbers by those that they have in the process.
    ids: HashMap<u64, usize>,
    /// The last one that ended for want of work; joined by the next one that does, so that they
    /// do not pile up unjoined.
    ended: Option<JoinHandle<()>>,
    /// Who waits for all threads but that many to end.
    waiter: Option<(Unparker, usize)>,
}

impl BlockingPool {
    pub(crate) fn new(config: &Config, workers: usize) -> Self {
        let state = PoolState {
            roster: Roster::new(config.blocking_threads_max + workers, config.processor),
            threads: Threads::default(),
        };
        BlockingPool {
            pool: Arc::new(Pool {
                state: Mutex::new(state),
                config: config.clone(),
            }),
        }
    }

    /// Queues a job, and sees to it that a thread takes it.
    pub(crate) fn submit(&self, core: &Arc<RuntimeCore>, job: Job) -> io::Result<Submitted> {
        let kind = job.kind();
        let mut state = lock(&self.pool.state);
        match state.roster.push(job, kind) {
            Ok(Call::Nobody) => {}
            Ok(Call::Idle(idle)) => {
                drop(state);
                idle.unpark();
            }
            Ok(Call::New) => {
                let PoolState { roster, threads } = &mut *state;
                if let Err(error) = self.pool.start_thread(threads, core) {
                    let is_temporary = error.kind() == io::ErrorKind::WouldBlock;
                    let failed = roster.start_failed(is_temporary);
                    drop(state);
                    if let Some(job) = failed {
                        job.cancel(core);
                        return Err(error);
                    }
                } else {
                    roster.started();
                }
            }
            Err(job) => {
                drop(state);
                job.cancel(core);
                return Ok(Submitted::Refused);
            }
        }
        Ok(Submitted::Queued)
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
        if let Err(error) = self.submit(core, Job::worker(worker)) {
            panic!("OS can't spawn worker thread: {error}");
        }
    }

    /// Takes no more jobs, drops those that have not begun, and waits until all threads ended.
    ///
    /// `None` waits forever, zero not at all. What still runs after the timeout is left alone. A
    /// thread of the pool does not wait for itself.
    ///
    /// # Panics
    ///
    /// When this thread drives a runtime, and must not block.
    #[track_caller]
    pub fn shutdown(&self, core: &Arc<RuntimeCore>, timeout: Option<Duration>) {
        let parker = Parker::new();
        let (idle, handles, own) = {
            let mut state = lock(&self.pool.state);
            let PoolState { roster, threads } = &mut *state;
            // The pool is shut down also if the wait below panics.
            let idle = roster.close(|| {
                let mut started = false;
                contain(|| started = self.pool.start_thread(threads, core).is_ok());
                started
            });
            let Some(idle) = idle else {
                // An explicit shutdown came before the drop of the runtime.
                return;
            };
            let own = threads.ids.get(&block::thread_id()).copied();
            own.map(|own| threads.handles.remove(&own));
            let own = usize::from(own.is_some());
            threads.waiter = Some((parker.unparker().clone(), own));
            let ended = threads.ended.take();
            let mut handles: Vec<_> = mem::take(&mut threads.handles).into_values().collect();
            handles.extend(ended);
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
            if lock(&self.pool.state).threads.alive <= left {
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
        lock(&self.pool.state).roster.threads()
    }

    /// How many threads have nothing to do.
    pub fn idle_threads(&self) -> usize {
        lock(&self.pool.state).roster.idle()
    }

    /// How many jobs wait for a thread.
    pub fn queued(&self) -> usize {
        lock(&self.pool.state).roster.queued()
    }
}

/// A thread of the pool; says so when it ends, also when a hook panics.
struct Alive<'a>(&'a Pool);

impl Drop for Alive<'_> {
    fn drop(&mut self) {
        let waiter = {
            let PoolState { roster, threads } = &mut *lock(&self.0.state);
            if std::thread::panicking() {
                roster.lost();
            }
            threads.alive -= 1;
            threads.ids.remove(&block::thread_id());
            let alive = threads.alive;
            threads.waiter.take_if(|(_, left)| alive <= *left)
        };
        if let Some((waiter, _)) = waiter {
            waiter.unpark();
        }
    }
}

impl Pool {
    /// A thread's life.
    fn run_thread(self: &Arc<Self>, id: usize, core: Arc<RuntimeCore>) {
        let _alive = Alive(self);
        lock(&self.state).threads.ids.insert(block::thread_id(), id);
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
    fn run_jobs(self: &Arc<Self>, id: usize, core: &Arc<RuntimeCore>) -> Option<JoinHandle<()>> {
        let parker = Parker::new();
        let mut called = true;
        let mut state = lock(&self.state);
        loop {
            match state.roster.next(called, id, parker.unparker()) {
                Next::Run(job, kind, calls) => {
                    self.call(state, calls, core);
                    job.run(core);
                    state = lock(&self.state);
                    if kind == JobKind::Worker {
                        state.roster.worker_ended();
                    }
                    called = false;
                }
                Next::Cancel(job) => {
                    drop(state);
                    job.cancel(core);
                    state = lock(&self.state);
                    called = false;
                }
                Next::Rest => {
                    drop(state);
                    let woken = parker.park_timeout(self.config.thread_keep_alive);
                    state = lock(&self.state);
                    match state.roster.wake(id, !woken) {
                        Woken::Called => called = true,
                        Woken::Uncalled => called = false,
                        Woken::Leave => {
                            let own = state.threads.handles.remove(&id);
                            return mem::replace(&mut state.threads.ended, own);
                        }
                    }
                }
                Next::Leave => return None,
            }
        }
    }

    /// Calls other threads, and gives the lock back.
    fn call(
        self: &Arc<Self>,
        mut state: MutexGuard<'_, PoolState>,
        calls: usize,
        core: &Arc<RuntimeCore>,
    ) {
        let mut to_wake = [const { None }; CALLS_MAX];
        for slot in to_wake.iter_mut().take(calls) {
            match state.roster.call() {
                Call::Nobody => break,
                Call::Idle(idle) => *slot = Some(idle),
                // Without it, the jobs wait for the threads that there are: this one is one of
                // them, and must not be lost to the panic of a function that names threads.
                Call::New => contain(|| {
                    let PoolState { roster, threads } = &mut *state;
                    if self.start_thread(threads, core).is_ok() {
                        roster.started();
                    }
                }),
            }
        }
        drop(state);
        for idle in to_wake.into_iter().flatten() {
            idle.unpark();
        }
    }

    fn start_thread(
        self: &Arc<Self>,
        threads: &mut Threads,
        core: &Arc<RuntimeCore>,
    ) -> io::Result<()> {
        let id = threads.next;
        let config = ThreadConfig {
            name: (self.config.thread_name)(),
            stack_size: self.config.thread_stack_size,
        };
        let pool = self.clone();
        let core = core.clone();
        let handle = thread::spawn(&config, move || pool.run_thread(id, core))?;
        threads.next += 1;
        threads.alive += 1;
        threads.handles.insert(id, handle);
        Ok(())
    }
}

impl fmt::Debug for BlockingPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingPool")
            .field("threads", &self.threads())
            .finish_non_exhaustive()
    }
}
