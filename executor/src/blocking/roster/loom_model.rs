//! loom models of the blocking pool: its protocol with threads that only note which jobs they ran.

// Only counts owners here; loom's cannot be a `self` type.
use std::sync::Arc;

use loom::thread::{self, JoinHandle};
use vitte_context::park::{Parker, Unparker};
use vitte_context::primitive::{Mutex, lock};

use super::{Call, JobKind, Next, Roster, Woken};

/// What a job does besides being noted.
enum Work {
    Nothing,
    /// It wakes another job, and waits until it is woken itself.
    Meet(Unparker, Parker),
}

struct World {
    state: Mutex<State>,
    /// Threads do not wait for a call: each rest is over at once, as after the keep-alive time.
    impatient: bool,
}

struct State {
    roster: Roster<(&'static str, Work)>,
    ran: Vec<&'static str>,
    cancelled: Vec<&'static str>,
    threads: Vec<JoinHandle<()>>,
}

impl World {
    fn new(threads_max: usize, impatient: bool) -> Arc<World> {
        Arc::new(World {
            state: Mutex::new(State {
                roster: Roster::new(threads_max, || 0),
                ran: Vec::new(),
                cancelled: Vec::new(),
                threads: Vec::new(),
            }),
            impatient,
        })
    }

    fn push(self: &Arc<Self>, name: &'static str, kind: JobKind, work: Work) {
        let mut state = lock(&self.state);
        let call = state.roster.push((name, work), kind).ok().expect("open");
        self.make(&mut state, call);
    }

    fn make(self: &Arc<Self>, state: &mut State, call: Call) {
        match call {
            Call::Nobody => {}
            Call::Idle(idle) => idle.unpark(),
            Call::New => {
                self.start(&mut state.threads);
                state.roster.started();
            }
        }
    }

    fn start(self: &Arc<Self>, threads: &mut Vec<JoinHandle<()>>) {
        let world = self.clone();
        let id = threads.len();
        threads.push(thread::spawn(move || world.run_thread(id)));
    }

    /// `Pool::run_jobs` without the rest of the world.
    fn run_thread(self: Arc<Self>, id: usize) {
        let parker = Parker::new();
        let mut called = true;
        let mut state = lock(&self.state);
        loop {
            let next = state.roster.next(called, id, parker.unparker());
            called = false;
            match next {
                Next::Run((name, work), _, calls) => {
                    for _ in 0..calls {
                        let call = state.roster.call();
                        self.make(&mut state, call);
                    }
                    state.ran.push(name);
                    drop(state);
                    if let Work::Meet(other, own) = work {
                        other.unpark();
                        own.park();
                    }
                    state = lock(&self.state);
                }
                Next::Cancel((name, _)) => state.cancelled.push(name),
                Next::Rest => {
                    drop(state);
                    if !self.impatient {
                        parker.park();
                    }
                    state = lock(&self.state);
                    match state.roster.wake(id, self.impatient) {
                        Woken::Called => called = true,
                        Woken::Uncalled => {}
                        Woken::Leave => return,
                    }
                }
                Next::Leave => return,
            }
        }
    }

    /// Shuts down and waits for all threads; returns what was run and what was cancelled.
    fn close(self: &Arc<Self>) -> (Vec<&'static str>, Vec<&'static str>) {
        let (idle, threads) = {
            let State {
                roster, threads, ..
            } = &mut *lock(&self.state);
            let idle = roster.close(|| {
                self.start(threads);
                true
            });
            (idle.expect("closed once"), std::mem::take(threads))
        };
        for thread in idle {
            thread.unpark();
        }
        for thread in threads {
            thread.join().unwrap();
        }
        let state = &mut *lock(&self.state);
        assert_eq!(state.roster.threads(), 0);
        assert_eq!(state.roster.called, 0);
        assert_eq!(state.roster.queued(), 0);
        state.ran.sort_unstable();
        (
            std::mem::take(&mut state.ran),
            std::mem::take(&mut state.cancelled),
        )
    }
}

/// Two jobs that wait for each other get two threads, though only one was called when the
/// shutdown came.
///
/// Mutant `shutdown_starts_nobody`: loom finds the shutdown after which the second job does not run
/// ("deadlock").
#[test]
fn loom_jobs_that_wait_for_each_other_both_run() {
    loom::model(|| {
        let world = World::new(2, false);
        let (first, second) = (Parker::new(), Parker::new());
        let (to_first, to_second) = (first.unparker().clone(), second.unparker().clone());
        world.push("first", JobKind::Optional, Work::Meet(to_second, first));
        world.push("second", JobKind::Optional, Work::Meet(to_first, second));
        let (ran, cancelled) = world.close();
        assert_eq!((ran, cancelled), (vec!["first", "second"], vec![]));
    });
}

/// The second of two jobs gets a thread while the first one blocks, though only one thread was
/// called for both.
///
/// Mutant `arrival_calls_nobody`: without the calls of step Arrive, loom finds the deadlock.
#[test]
fn loom_a_job_behind_one_that_blocks_is_run() {
    loom::model(|| {
        let world = World::new(2, false);
        let (first, second, main) = (Parker::new(), Parker::new(), Parker::new());
        let (to_first, to_main) = (first.unparker().clone(), main.unparker().clone());
        let to_second = second.unparker().clone();
        world.push("first", JobKind::Optional, Work::Meet(to_second, first));
        world.push("second", JobKind::Optional, Work::Meet(to_main, second));
        main.park();
        to_first.unpark();
        let (ran, _) = world.close();
        assert_eq!(ran, ["first", "second"]);
    });
}

/// A job that is pushed while the only thread goes to rest is run.
#[test]
fn loom_no_job_is_left_behind() {
    loom::model(|| run_one_after_the_other(&World::new(1, false)));
}

/// A job that is pushed while the only thread ends for want of work gets another thread.
#[test]
fn loom_a_job_is_run_though_the_last_thread_leaves() {
    loom::model(|| run_one_after_the_other(&World::new(1, true)));
}

fn run_one_after_the_other(world: &Arc<World>) {
    let main = Parker::new();
    for name in ["first", "second"] {
        let own = Parker::new();
        own.unparker().unpark();
        let work = Work::Meet(main.unparker().clone(), own);
        world.push(name, JobKind::Optional, work);
        main.park();
    }
    let (ran, _) = world.close();
    assert_eq!(ran, ["first", "second"]);
}

/// A shutdown runs what a thread was there for and what is mandatory, and loses nothing.
#[test]
fn loom_a_shutdown_runs_or_cancels_each_job() {
    loom::model(|| {
        let world = World::new(1, false);
        world.push("owed", JobKind::Optional, Work::Nothing);
        world.push("optional", JobKind::Optional, Work::Nothing);
        world.push("mandatory", JobKind::Mandatory, Work::Nothing);
        let (ran, cancelled) = world.close();
        assert!(ran.contains(&"owed") && ran.contains(&"mandatory"));
        assert_eq!(ran.contains(&"optional"), cancelled.is_empty());
        assert!(cancelled.iter().all(|&name| name == "optional"));
    });
}
