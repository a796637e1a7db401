//! Which thread comes to which job: the pool's protocol, apart from threads and tasks.
//!
//! A roster lies behind the pool's mutex. The pool tells it what happens, and it answers what is
//! to be done; it starts, wakes and runs nothing itself.
//!
//! # Protocol
//!
//! A thread is *called* when it was started or taken off the idle stack, until it arrives here.
//!
//! 1. **Push.** A job goes to the end of the queue. Unless a called thread is under way, one is
//!    called: the latest to rest of those that last ran on the processor on which this happens, or
//!    the latest of all, or a new one.
//! 2. **Arrive.** A called thread takes the first job. Before it runs it, it calls two more, if
//!    more jobs wait than threads are under way. So a burst costs the thread that submits it one
//!    system call and not one per job; the calls spread as a tree, which is quick if the jobs
//!    block, and stop when the queue is empty.
//! 3. **Return.** A thread that has run a job takes the next one; nobody calls it.
//! 4. **Rest.** It finds none, and goes on the idle stack, in the critical section in which it
//!    looked.
//! 5. **Leave.** Its rest lasted too long, and it still is on the stack.
//!
//! Why the processor counts: the kernel wakes a thread where it last ran, if nothing runs there.
//! Who waits for the job is about to leave its processor; a thread that stays on it takes over
//! without any processor being woken, there and back. And its data is in that cache.
//!
//! What this keeps up: while a job waits and some thread is idle or could be started, a called
//! thread is under way. It has a loom model, `loom_model`.
//!
//! A worker's job keeps its thread until the runtime ends. So one is always called for it, and a
//! thread that is under way counts for other jobs only if not all threads are a worker's.
//!
//! At shutdown no more jobs are taken, but for a worker: a poll that begins to block hands over to
//! one, and the runtime does not end before all of its workers have. Each waiting job for which
//! there is a thread is *owed* its run; the others are cancelled, but for mandatory ones. While a
//! thread is in a job that is not a worker, all are owed: it goes on with the queue when it
//! returns, as if there were no shutdown. tokio does the same, and a program whose pool has one
//! thread, which writes one thing after the other, finds all of it written. Each thread that
//! returns, arrives or is woken takes part.

#[cfg(all(test, vitte_loom))]
mod loom_model;
#[cfg(all(test, not(vitte_loom)))]
mod tests;

use std::collections::VecDeque;

use vitte_context::park::Unparker;

/// How many threads an arriving one calls at most.
pub(super) const CALLS_MAX: usize = 2;

/// What kind of job it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JobKind {
    /// A shutdown may cancel it.
    Optional,
    /// A shutdown runs it.
    Mandatory,
    /// A worker of the scheduler: mandatory, and it lasts until the runtime ends.
    Worker,
}

/// Who has to be called.
#[derive(Debug)]
pub(super) enum Call {
    Nobody,
    Idle(Unparker),
    /// A new thread; [`Roster::started`] tells that there is one.
    New,
}

/// What a thread does next.
#[derive(Debug)]
pub(super) enum Next<J> {
    /// It [calls](Roster::call) so many threads and runs the job.
    Run(J, JobKind, usize),
    /// It ends a job without running it.
    Cancel(J),
    /// It waits on its parker: it is on the idle stack.
    Rest,
    /// It ends: there is a shutdown. It is not counted any more.
    Leave,
}

/// A thread that rests.
#[derive(Debug)]
struct Idle {
    id: usize,
    unparker: Unparker,
    /// Where it ran when its rest began.
    processor: usize,
}

/// Why a rest is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Woken {
    /// Somebody called.
    Called,
    /// Nobody did; the thread looks for a job nevertheless.
    Uncalled,
    /// Nobody did for too long: the thread ends. It is not counted any more.
    Leave,
}

/// The jobs that wait, and the threads that take them.
#[derive(Debug)]
pub(super) struct Roster<J> {
    queue: VecDeque<(J, JobKind)>,
    /// The idle threads, the latest last.
    idle: Vec<Idle>,
    /// How many threads take jobs, the busy and the called ones included.
    threads: usize,
    threads_max: usize,
    /// How many threads were called and have not arrived.
    called: usize,
    /// How many of the jobs that wait or run are workers.
    workers: usize,
    shutdown: bool,
    /// How many of the waiting jobs, from the first on, the shutdown does not cancel.
    owed: usize,
    /// Tells on which processor the caller runs.
    processor: fn() -> usize,
}

impl<J> Roster<J> {
    pub(super) fn new(threads_max: usize, processor: fn() -> usize) -> Self {
        Roster {
            queue: VecDeque::new(),
            idle: Vec::new(),
            threads: 0,
            threads_max,
            called: 0,
            workers: 0,
            shutdown: false,
            owed: 0,
            processor,
        }
    }

    /// How many threads there are.
    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    /// How many threads have nothing to do.
    pub(super) fn idle(&self) -> usize {
        self.idle.len()
    }

    /// How many jobs wait.
    pub(super) fn queued(&self) -> usize {
        self.queue.len()
    }

    /// Step Push. Gives the job back if there was a shutdown, unless it is a worker.
    pub(super) fn push(&mut self, job: J, kind: JobKind) -> Result<Call, J> {
        if self.shutdown && kind != JobKind::Worker {
            return Err(job);
        }
        let under_way = self.called > 0 && self.threads > self.workers;
        self.queue.push_back((job, kind));
        if kind == JobKind::Worker {
            self.workers += 1;
        } else if under_way {
            return Ok(Call::Nobody);
        }
        self.bring_forward_who_ran_here();
        Ok(self.call())
    }

    /// Puts the latest idle thread of this processor where `call` takes it.
    fn bring_forward_who_ran_here(&mut self) {
        if self.idle.len() < 2 {
            return;
        }
        let here = (self.processor)();
        if let Some(position) = self.idle.iter().rposition(|idle| idle.processor == here) {
            self.idle[position..].rotate_left(1);
        }
    }

    /// A new thread was started, and will arrive.
    pub(super) fn started(&mut self) {
        self.threads += 1;
        self.called += 1;
    }

    /// No thread can be had for the job that was pushed last, which is given back; `None` if the
    /// threads that there are will come to it.
    pub(super) fn start_failed(&mut self, is_temporary: bool) -> Option<J> {
        let &(_, kind) = self.queue.back()?;
        let is_worker = kind == JobKind::Worker;
        // The threads of workers come to nothing but a worker, which runs in the shutdown or is
        // taken back by its core's owner.
        if is_temporary && self.threads > if is_worker { 0 } else { self.workers } {
            return None;
        }
        self.workers -= usize::from(is_worker);
        self.queue.pop_back().map(|(job, _)| job)
    }

    /// Chooses a thread that is to come.
    pub(super) fn call(&mut self) -> Call {
        if let Some(idle) = self.idle.pop() {
            self.called += 1;
            return Call::Idle(idle.unparker);
        }
        if self.threads == self.threads_max {
            return Call::Nobody;
        }
        Call::New
    }

    /// Steps Arrive, Return and Rest: what the thread does that was just called (or not).
    pub(super) fn next(&mut self, called: bool, id: usize, unparker: &Unparker) -> Next<J> {
        self.called -= usize::from(called);
        match self.queue.pop_front() {
            Some((job, kind)) if self.shutdown => {
                let is_owed = self.owed > 0;
                self.owed -= usize::from(is_owed);
                if is_owed || kind != JobKind::Optional {
                    return Next::Run(job, kind, 0);
                }
                Next::Cancel(job)
            }
            Some((job, kind)) => {
                let missing = self.queue.len().saturating_sub(self.called);
                let spreads = called && !cfg!(vitte_mutant = "arrival_calls_nobody");
                let calls = if spreads { missing.min(CALLS_MAX) } else { 0 };
                Next::Run(job, kind, calls)
            }
            None if self.shutdown => {
                self.threads -= 1;
                Next::Leave
            }
            None => {
                self.idle.push(Idle {
                    id,
                    unparker: unparker.clone(),
                    processor: (self.processor)(),
                });
                Next::Rest
            }
        }
    }

    /// The thread's job was a worker, and is over.
    pub(super) fn worker_ended(&mut self) {
        self.workers -= 1;
    }

    /// The end of a rest, or step Leave.
    pub(super) fn wake(&mut self, id: usize, timed_out: bool) -> Woken {
        let Some(position) = self.idle.iter().rposition(|idle| idle.id == id) else {
            return Woken::Called;
        };
        self.idle.remove(position);
        if timed_out && !self.shutdown {
            // In the critical section in which it left the stack: a job that comes from here on
            // calls another thread.
            self.threads -= 1;
            return Woken::Leave;
        }
        Woken::Uncalled
    }

    /// A thread has ended unexpectedly.
    pub(super) fn lost(&mut self) {
        self.threads -= 1;
    }

    /// Takes no more jobs but workers. Calls `start` for each thread that is missing for a job that
    /// is owed its run, until it fails, and returns the idle threads, which are to be woken. `None`
    /// if this was done before.
    pub(super) fn close(&mut self, mut start: impl FnMut() -> bool) -> Option<Vec<Unparker>> {
        if std::mem::replace(&mut self.shutdown, true) {
            return None;
        }
        while !cfg!(vitte_mutant = "shutdown_starts_nobody")
            && self.queue.len() > self.called + self.idle.len()
            && self.threads < self.threads_max
            && start()
        {
            self.started();
        }
        let free = self.called + self.idle.len();
        self.owed = match self.threads.saturating_sub(free + self.workers) {
            0 => self.queue.len().min(free),
            _ => self.queue.len(),
        };
        let idle = self.idle.iter().map(|idle| idle.unparker.clone());
        Some(idle.collect())
    }
}
