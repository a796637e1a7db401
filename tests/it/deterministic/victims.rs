//! Programs with a fault, in processes of their own: the fault is found, told, and repeated.
//!
//! Tests whose name begins with `victim_` are run by others, in a process of their own, where they
//! are to fail. Without [`VICTIM`] in the environment they do nothing.

use std::collections::HashSet;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use vitte::runtime::Builder;
use vitte::sync::{Mutex, Notify};
use vitte::task::yield_now;

use super::busy_day;
use crate::support;

/// Set in the processes that run victims.
const VICTIM: &str = "VITTE_TEST_VICTIM";

/// What this test binary prints if it runs one test as a victim.
fn run_victim(test: &str, environment: &[(&str, &str)]) -> Output {
    support::this_binary(test)
        .env(VICTIM, "1")
        .env("RUST_BACKTRACE", "0")
        .env_remove("VITTE_SEED")
        .env_remove("VITTE_SEEDS")
        .env_remove("VITTE_REPLAY")
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

fn is_victim() -> bool {
    std::env::var_os(VICTIM).is_some()
}

/// The hash and the result of [`busy_day`] under a seed.
fn day_under(seed: u64) -> (u64, u64) {
    let runtime = Builder::new_deterministic(seed).build().unwrap();
    let output = runtime.block_on(busy_day());
    let report = runtime.deterministic_report().unwrap();
    assert!(report.is_repeatable());
    (report.hash(), output)
}

const SEEDS_OF_TWO_PROCESSES: u64 = 1000;

#[test]
fn victim_prints_its_hashes() {
    if is_victim() {
        // The harness has begun a line.
        println!();
        for seed in 0..SEEDS_OF_TWO_PROCESSES {
            println!("day {seed} {:?}", day_under(seed));
        }
    }
}

#[test]
fn same_seed_is_same_run_in_two_processes() {
    let output = run_victim("deterministic::victims::victim_prints_its_hashes", &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    let theirs: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("day "))
        .collect();
    assert_eq!(theirs.len() as u64, SEEDS_OF_TWO_PROCESSES, "{text}");
    let mut different = HashSet::new();
    for (seed, line) in (0..).zip(theirs) {
        let ours = day_under(seed);
        assert_eq!(line, format!("day {seed} {ours:?}"));
        different.insert(ours.0);
    }
    assert!(different.len() as u64 > SEEDS_OF_TWO_PROCESSES * 9 / 10);
}

/// What a process that ran a victim printed, which must have failed.
fn failure_of(victim: &str, environment: &[(&str, &str)]) -> String {
    let output = run_victim(&format!("deterministic::victims::{victim}"), environment);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{victim} did not fail:\n{text}");
    text
}

/// Runs a victim, checks what it says, and repeats it from the line that it printed.
fn is_found_and_repeated(victim: &str, said: &str) {
    let text = failure_of(victim, &[]);
    assert!(text.contains(said), "{text}");
    let line = text
        .lines()
        .find(|line| line.starts_with("VITTE_SEED="))
        .unwrap_or_else(|| panic!("no line to paste in:\n{text}"));
    let (seed, command) = line.split_once(' ').unwrap();
    assert_eq!(
        command,
        format!("cargo test -p vitte -- --exact deterministic::victims::{victim}")
    );
    let (variable, seed) = seed.split_once('=').unwrap();
    assert!(seed.parse::<u64>().unwrap() < 200);
    let again = failure_of(victim, &[(variable, seed)]);
    assert_eq!(told(&text), told(&again));

    // The choices do the same as the seed.
    let replay = text
        .lines()
        .find_map(|line| line.strip_prefix("(Its choices were VITTE_REPLAY='"))
        .and_then(|line| line.strip_suffix("')"))
        .unwrap_or_else(|| panic!("no choices in:\n{text}"));
    let again = failure_of(victim, &[("VITTE_REPLAY", replay)]);
    assert_eq!(panic_of(&text), panic_of(&again));
}

/// What a failed process printed, without the id that the system gave its thread.
fn told(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| match line.strip_prefix("thread ") {
            Some(line) => line.split(" panicked").nth(1).unwrap_or(line).to_string(),
            None => line.to_string(),
        })
        .collect()
}

/// The lines of the panic alone.
fn panic_of(text: &str) -> Vec<String> {
    let is_about_repeating = |line: &String| line.contains("VITTE_");
    let mut lines = told(text);
    lines.retain(|line| !is_about_repeating(line));
    lines
}

#[vitte::test(seeds = 200)]
async fn victim_loses_an_update() {
    if !is_victim() {
        return;
    }
    let counter = Arc::new(Mutex::new(0));
    let tasks: Vec<_> = (0..2)
        .map(|_| {
            let counter = counter.clone();
            vitte::spawn(async move {
                let seen = *counter.lock().await;
                *counter.lock().await = seen + 1;
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*counter.lock().await, 2, "an update was lost");
}

#[test]
fn lost_update_is_found() {
    is_found_and_repeated("victim_loses_an_update", "an update was lost");
}

#[vitte::test(seeds = 200)]
async fn victim_locks_in_two_orders() {
    if !is_victim() {
        return;
    }
    let locks = Arc::new((Mutex::new(()), Mutex::new(())));
    let theirs = locks.clone();
    let task = vitte::spawn(async move {
        let _b = theirs.1.lock().await;
        let _a = theirs.0.lock().await;
    });
    {
        let _a = locks.0.lock().await;
        let _b = locks.1.lock().await;
    }
    task.await.unwrap();
}

#[test]
fn locks_in_two_orders_are_found() {
    let victim = "victim_locks_in_two_orders";
    is_found_and_repeated(victim, "deadlock: nothing can run, and no timer is left");
    let text = failure_of(victim, &[]);
    assert!(
        text.contains("the future of `block_on` waits for Mutex #1"),
        "{text}"
    );
    assert!(
        text.contains("task 1, spawned at tests/it/deterministic/"),
        "{text}"
    );
    assert!(text.contains(", waits for Mutex #2"), "{text}");
}

#[vitte::test(seeds = 200)]
async fn victim_misses_a_notification() {
    if !is_victim() {
        return;
    }
    let state = Arc::new((AtomicBool::new(false), Notify::new()));
    let theirs = state.clone();
    let waiter = vitte::spawn(async move {
        // The notification may come between the look and the wait.
        if !theirs.0.load(Ordering::Relaxed) {
            yield_now().await;
            theirs.1.notified().await;
        }
    });
    yield_now().await;
    state.0.store(true, Ordering::Relaxed);
    state.1.notify_waiters();
    waiter.await.unwrap();
}

#[test]
fn missed_notification_is_found() {
    is_found_and_repeated("victim_misses_a_notification", "waits for Notify #");
}

#[vitte::test(seeds = 3)]
async fn victim_returns_an_error() -> Result<(), &'static str> {
    if is_victim() { Err("no luck") } else { Ok(()) }
}

#[test]
fn returned_error_is_told_with_its_seed() {
    let text = failure_of("victim_returns_an_error", &[]);
    assert!(text.contains("no luck"), "{text}");
    assert!(text.contains("VITTE_SEED=0 cargo test"), "{text}");
}

static RUNS: AtomicUsize = AtomicUsize::new(0);

#[vitte::test(seeds = 30)]
async fn victim_counts_its_runs() {
    println!("\nrun {}", RUNS.fetch_add(1, Ordering::Relaxed) + 1);
}

#[test]
fn environment_decides_the_seeds() {
    let runs = |environment: &[(&str, &str)]| {
        let output = run_victim(
            "deterministic::victims::victim_counts_its_runs",
            environment,
        );
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().filter(|line| line.starts_with("run ")).count()
    };
    assert_eq!(runs(&[]), 30);
    assert_eq!(runs(&[("VITTE_SEEDS", "7")]), 7);
    assert_eq!(runs(&[("VITTE_SEED", "7")]), 1);
    assert_eq!(runs(&[("VITTE_REPLAY", "01")]), 1);
}
