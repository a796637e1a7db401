//! Programs that do everything at once, and at the wrong moment: nothing hangs, crashes or leaks.
//!
//! What they do follows from a seed, which a failure prints; how it falls together is up to the
//! machine. `VITTE_HOSTILE_ROUNDS` makes them longer: a soak, best under `.ci/sanitize`.

mod blocked;
mod clones;
mod forgotten;
mod io;
mod locks;
mod panics;
mod place;
mod runtimes;
mod tasks;
mod wakers;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use vitte::runtime::{Builder, Runtime};

use crate::support::multi_thread;

/// How many rounds, of those that take a second or so.
fn rounds(usual: u64) -> u64 {
    match std::env::var("VITTE_HOSTILE_ROUNDS") {
        Ok(rounds) => rounds.parse().unwrap(),
        Err(_) => usual,
    }
}

/// Small numbers that follow from a seed.
#[derive(Clone)]
struct Dice(u64);

impl Dice {
    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.next() % sides
    }

    /// Another die, for another thread.
    fn split(&mut self) -> Dice {
        Dice(self.next())
    }
}

/// Prints the seed of a round that fails.
struct Round(u64);

impl Drop for Round {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("round {}", self.0);
        }
    }
}

/// Counts how many are made, and how many of them are left.
#[derive(Clone, Default)]
struct Census(Arc<(AtomicUsize, AtomicUsize)>);

struct Member(Census);

impl Census {
    fn member(&self) -> Member {
        self.0.0.fetch_add(1, Ordering::SeqCst);
        self.0.1.fetch_add(1, Ordering::SeqCst);
        Member(self.clone())
    }

    fn left(&self) -> usize {
        self.0.1.load(Ordering::SeqCst)
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.0.0.1.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Ends a runtime in one of many ways.
fn end(dice: &mut Dice, runtime: Runtime) {
    match dice.roll(6) {
        0 => drop(runtime),
        1 => runtime.shutdown_background(),
        2 => runtime.shutdown_timeout(Duration::from_micros(dice.roll(200))),
        3 => std::thread::spawn(move || drop(runtime)).join().unwrap(),
        4 => {
            let other = Builder::new_current_thread().build().unwrap();
            let job = other.spawn_blocking(move || drop(runtime));
            other.block_on(job).unwrap();
        }
        _ => {
            let unwinding = std::panic::AssertUnwindSafe(move || {
                let _runtime = runtime;
                std::panic::resume_unwind(Box::new("over"));
            });
            assert!(std::panic::catch_unwind(unwinding).is_err());
        }
    }
}

fn some_runtime(dice: &mut Dice) -> Runtime {
    match dice.roll(3) {
        0 => Builder::new_current_thread().enable_all().build().unwrap(),
        workers => multi_thread(workers as usize).build().unwrap(),
    }
}
