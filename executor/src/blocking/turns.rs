//! The blocking jobs of a deterministic runtime: threads that take turns.
//!
//! Each job gets a thread of its own when its first turn comes, and a seat under the runtime's
//! [baton](vitte_context::baton). The deterministic scheduler asks which jobs could go on, and
//! gives one of them a turn; until the job parks or ends, nothing else runs.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use vitte_context::baton::{Baton, Seat};
use vitte_context::choose::{self, Kind};
use vitte_context::primitive::{Mutex, lock};
use vitte_context::runtime::SetCurrent;
use vitte_context::thread::{self, ThreadConfig};
use vitte_context::trace::{self, WaitKind, Waiting};
use vitte_context::{RuntimeCore, enter};

use super::job::{Job, Submitted};
use crate::config::Config;
use crate::events::who::Who;
use crate::scheduler::deterministic::waiter::{Waiter, describe};
use crate::task::header::Header;

/// The jobs of one deterministic runtime, by ordinal.
pub(crate) struct BatonJobs {
    state: Mutex<JobsState>,
    config: Config,
}

#[derive(Default)]
struct JobsState {
    jobs: BTreeMap<u32, BatonJob>,
    /// How many have begun.
    begun: usize,
    shutdown: bool,
}

struct BatonJob {
    seat: Arc<Seat>,
    spawned_at: &'static Location<'static>,
    /// The address of its header, for those who join it.
    header: usize,
    /// What its thread is to run; `None` once it has begun.
    pending: Option<(Job, Arc<RuntimeCore>)>,
    thread: Option<JoinHandle<()>>,
    /// It is among those that the scheduler chooses from.
    chosen_from: bool,
}

impl BatonJobs {
    pub(crate) fn new(config: &Config) -> Self {
        BatonJobs {
            state: Mutex::default(),
            config: config.clone(),
        }
    }

    /// Adds a job, to which `number` gives its ordinal. Its turn will come.
    pub(crate) fn submit(
        &self,
        baton: &Arc<Baton>,
        runtime: &Arc<RuntimeCore>,
        job: Job,
        number: impl FnOnce(&Header) -> u32,
    ) -> Submitted {
        let mut state = lock(&self.state);
        if state.shutdown {
            drop(state);
            job.cancel(runtime);
            return Submitted::Refused;
        }
        let header = job.header();
        let ordinal = number(header);
        let entry = BatonJob {
            seat: Seat::new(baton),
            spawned_at: header.spawned_at(),
            header: std::ptr::from_ref(header).addr(),
            pending: Some((job, runtime.clone())),
            thread: None,
            chosen_from: false,
        };
        state.jobs.insert(ordinal, entry);
        drop(state);
        baton.note_wake();
        Submitted::Queued
    }

    /// Calls `f` with each job that could go on and was not among those already.
    pub(crate) fn take_ready(&self, now: Instant, mut f: impl FnMut(u32)) {
        let mut state = lock(&self.state);
        let mut free = self.config.blocking_threads_max.saturating_sub(state.begun);
        for (&ordinal, job) in &mut state.jobs {
            if job.pending.is_some() {
                if free == 0 {
                    continue;
                }
                free -= 1;
            } else if !job.seat.is_ready(now) {
                continue;
            }
            if !std::mem::replace(&mut job.chosen_from, true) {
                f(ordinal);
            }
        }
    }

    /// The job was not chosen, and whoever was to choose is gone.
    pub(crate) fn put_back(&self, ordinal: u32) {
        if let Some(job) = lock(&self.state).jobs.get_mut(&ordinal) {
            job.chosen_from = false;
        }
    }

    /// Gives a job its turn.
    ///
    /// # Panics
    ///
    /// When it has not begun, and the operating system does not start a thread.
    pub(crate) fn run(&self, ordinal: u32) {
        let seat = {
            let mut state = lock(&self.state);
            let Some(job) = state.jobs.get_mut(&ordinal) else {
                unreachable!("a job was chosen that does not exist")
            };
            job.chosen_from = false;
            let begins = job.begin(&self.config);
            let seat = job.seat.clone();
            state.begun += usize::from(begins);
            seat
        };
        if !seat.run() {
            return;
        }
        let finished = {
            let mut state = lock(&self.state);
            state.begun -= 1;
            state.jobs.remove(&ordinal)
        };
        if let Some(thread) = finished.and_then(|job| job.thread) {
            // A thread that panicked has reported it itself.
            let _ = thread.join();
        }
    }

    pub(crate) fn who(&self, ordinal: u32) -> Who {
        match lock(&self.state).jobs.get(&ordinal) {
            Some(job) => Who::job(ordinal, job.spawned_at),
            None => unreachable!("a job was chosen that does not exist"),
        }
    }

    /// When the first wait of a job ends in any case.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        let state = lock(&self.state);
        state
            .jobs
            .values()
            .filter_map(|job| job.seat.deadline())
            .min()
    }

    /// Calls `f` for each job.
    pub(crate) fn for_each(&self, mut f: impl FnMut(Waiter)) {
        for (&ordinal, job) in &lock(&self.state).jobs {
            f(Waiter {
                who: Who::job(ordinal, job.spawned_at),
                header: job.header,
                waiting: match job.pending {
                    Some(_) => Some(Waiting {
                        kind: WaitKind::Blocking,
                        address: 0,
                    }),
                    None => job.seat.waiting(),
                },
            });
        }
    }

    /// Takes no more jobs, cancels those that have not begun, and lets the others run to their
    /// end, in turns and in virtual time. With a timeout of zero, or in a panic, they are let go.
    ///
    /// # Panics
    ///
    /// When this thread drives a runtime, unless the timeout is zero; and, without a timeout, when
    /// the jobs that are left wait for each other or for nothing.
    #[track_caller]
    pub(crate) fn shutdown(
        &self,
        baton: &Arc<Baton>,
        core: &Arc<RuntimeCore>,
        timeout: Option<Duration>,
    ) {
        let Some(cancelled) = self.close() else {
            return;
        };
        for (job, core) in cancelled {
            job.cancel(&core);
        }
        if timeout == Some(Duration::ZERO) || std::thread::panicking() {
            return self.let_go(baton);
        }
        if enter::current().is_entered() {
            self.let_go(baton);
            panic!(
                "Cannot drop a runtime in a context where blocking is not allowed. \
                This happens when a runtime is dropped from within an asynchronous context."
            );
        }
        let stuck = self.run_to_end(baton, core, timeout);
        if let Some(report) = stuck {
            self.let_go(baton);
            if timeout.is_none() {
                panic!("deadlock: the runtime has ended, but these jobs never will\n{report}");
            }
        }
    }

    /// Takes the jobs that shall not run any more; `None` if that was done before.
    fn close(&self) -> Option<Vec<(Job, Arc<RuntimeCore>)>> {
        let mut state = lock(&self.state);
        if std::mem::replace(&mut state.shutdown, true) {
            return None;
        }
        let skipped =
            |job: &BatonJob| matches!(&job.pending, Some((job, _)) if job.may_be_skipped());
        let ordinals: Vec<u32> = state
            .jobs
            .iter()
            .filter(|(_, job)| skipped(job))
            .map(|(&ordinal, _)| ordinal)
            .collect();
        let removed = ordinals
            .iter()
            .filter_map(|ordinal| state.jobs.remove(ordinal)?.pending)
            .collect();
        Some(removed)
    }

    /// Gives turns until no job is left, or none can go on; says then which those are.
    fn run_to_end(
        &self,
        baton: &Arc<Baton>,
        core: &Arc<RuntimeCore>,
        timeout: Option<Duration>,
    ) -> Option<String> {
        let _baton = baton.enter();
        let _current = SetCurrent::new(core.clone());
        let clock = core.clock();
        let end = timeout.and_then(|timeout| clock.run_time().checked_add(timeout));
        let mut ready = Vec::new();
        loop {
            self.take_ready(clock.now(), |ordinal| ready.push(ordinal));
            if !ready.is_empty() {
                let chosen = choose::free(Kind::Task, ready.len());
                clock.step();
                self.run(ready.remove(chosen));
            } else if let Some(deadline) = self.next_deadline() {
                clock.advance(deadline.saturating_duration_since(clock.now()));
            } else {
                return self.waiters();
            }
            let late = end.is_some_and(|end| clock.run_time() > end);
            if late || clock.is_over_limit() {
                return self.waiters();
            }
        }
    }

    /// The jobs that are left, if there are any.
    fn waiters(&self) -> Option<String> {
        let mut waiters = Vec::new();
        self.for_each(|waiter| waiters.push(waiter));
        (!waiters.is_empty()).then(|| describe(&waiters))
    }

    /// Lets the threads that are left run as they like; nobody waits for them.
    fn let_go(&self, baton: &Baton) {
        baton.release();
        let mut jobs = std::mem::take(&mut lock(&self.state).jobs);
        for job in jobs.values_mut() {
            job.begin(&self.config);
            job.seat.release();
        }
    }
}

impl BatonJob {
    /// Starts the job's thread, unless it has begun. The thread waits for its turn.
    fn begin(&mut self, config: &Config) -> bool {
        let Some((job, core)) = self.pending.take() else {
            return false;
        };
        let thread_config = ThreadConfig {
            name: (config.thread_name)(),
            stack_size: config.thread_stack_size,
        };
        let seat = self.seat.clone();
        let config = config.clone();
        let body = move || seat.occupy(move || run_on_thread(job, &core, &config));
        match thread::spawn(&thread_config, body) {
            Ok(thread) => self.thread = Some(thread),
            Err(error) => panic!("OS can't spawn worker thread: {error}"),
        }
        true
    }
}

/// What the job's thread does when it has the baton.
fn run_on_thread(job: Job, core: &Arc<RuntimeCore>, config: &Config) {
    let _current = SetCurrent::new(core.clone());
    trace::record_waits(true);
    if let Some(hook) = &config.on_thread_start {
        hook();
    }
    job.run(core);
    if let Some(hook) = &config.on_thread_stop {
        hook();
    }
}
