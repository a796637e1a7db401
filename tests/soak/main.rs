//! A soak: runtimes with random options, on each of which many things happen at once, and which
//! then end in the middle of more.
//!
//! By default it runs for some seconds. `VITTE_SOAK_SECONDS` makes it longer, and
//! `VITTE_SOAK_SEED` begins with the round of which a failure told the seed.

mod activities;
mod blocking;
mod messages;
mod random;
mod sockets;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant, SystemTime};

use random::Random;
use vitte::runtime::{Builder, Handle, Runtime};

/// What takes longer than that has come to a halt.
const LIMIT: Duration = Duration::from_secs(if cfg!(vitte_tsan) { 100 } else { 20 });

/// What an activity knows of the runtime that it is on.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) handle: Handle,
    pub(crate) multi_thread: bool,
    /// How many of this round's futures exist.
    pub(crate) futures: Arc<AtomicUsize>,
}

/// Held by each future, to see that it is dropped, and once.
#[derive(Debug)]
pub(crate) struct Held(Arc<AtomicUsize>);

impl Place {
    pub(crate) fn held(&self) -> Held {
        self.futures.fetch_add(1, Ordering::SeqCst);
        Held(self.futures.clone())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        assert_ne!(self.0.fetch_sub(1, Ordering::SeqCst), 0, "dropped twice");
    }
}

fn build(random: &mut Random) -> (Runtime, bool) {
    let multi_thread = !random.one_in(4);
    let mut builder = match multi_thread {
        true => Builder::new_multi_thread(),
        false => Builder::new_current_thread(),
    };
    builder
        .enable_all()
        .worker_threads(random.pick(&[1, 1, 2, 2, 2, 3, 4, 8, 64]))
        .max_blocking_threads(random.pick(&[1, 2, 4, 512]))
        .thread_keep_alive(random.pick(&[
            Duration::ZERO,
            Duration::from_millis(1),
            Duration::from_secs(10),
            Duration::MAX,
        ]))
        .event_interval(random.pick(&[1, 7, 61, 61, 1_000]));
    if random.one_in(2) {
        builder.global_queue_interval(random.pick(&[1, 2, 31, 1_000]));
    }
    let pauses = random.pick(&[0, 0, 300]);
    if pauses > 0 {
        let pause = move || std::thread::sleep(Duration::from_micros(pauses));
        builder.on_thread_park(pause).on_thread_unpark(pause);
    }
    (builder.build().unwrap(), multi_thread)
}

/// How a runtime ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Drop,
    Timeout,
    Background,
    InsideAnother,
}

fn round(seed: u64) {
    let mut random = Random::new(seed);
    let running = threads();
    let open = descriptors().len();
    let (runtime, multi_thread) = build(&mut random);
    let place = Place {
        handle: runtime.handle().clone(),
        multi_thread,
        futures: Arc::new(AtomicUsize::new(0)),
    };

    let width = random.range(1..30);
    let outside: Vec<_> = (0..random.range(0..4))
        .map(|_| activities::outside(&place, random.fork()))
        .collect();
    let all: Vec<_> = (0..width)
        .map(|_| activities::any(&place, &mut random))
        .collect();
    if random.one_in(2) {
        // The runtime's own thread stays away until others have come.
        std::thread::sleep(random.micros(0..500));
    }
    runtime.block_on(async {
        for activity in all {
            activity.await.unwrap();
        }
        for thread in outside {
            thread.await.unwrap();
        }
    });
    runtime.block_on(async {
        // A task that has told its result still has to end.
        while Handle::current().metrics().num_alive_tasks() > 0 {
            vitte::time::sleep(Duration::from_micros(100)).await;
        }
    });
    assert_eq!(place.futures.load(Ordering::SeqCst), 0);

    for _ in 0..random.range(0..40) {
        activities::left_behind(&place, &mut random);
    }
    let end = random.pick(&[
        End::Drop,
        End::Drop,
        End::Timeout,
        End::Background,
        End::InsideAnother,
    ]);
    match end {
        End::Drop => drop(runtime),
        End::Timeout => runtime.shutdown_timeout(random.pick(&[LIMIT, Duration::MAX])),
        End::Background => runtime.shutdown_background(),
        End::InsideAnother => {
            let other = Builder::new_multi_thread()
                .worker_threads(1)
                .build()
                .unwrap();
            other.block_on(async {
                vitte::task::spawn_blocking(move || drop(runtime))
                    .await
                    .unwrap();
            });
        }
    }
    // What a shutdown in the background leaves ends a moment later.
    let began = Instant::now();
    let futures = place.futures.clone();
    drop(place);
    loop {
        let left = (
            futures.load(Ordering::SeqCst),
            threads().saturating_sub(running),
            descriptors().len().saturating_sub(open),
        );
        if left == (0, 0, 0) {
            return;
        }
        assert!(
            began.elapsed() < LIMIT / 2,
            "{end:?} leaves (futures, threads, descriptors) {left:?} of {:?}",
            descriptors()
        );
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

/// What the open descriptors lead to, but for pipes, of which the thread sanitizer opens some.
fn descriptors() -> Vec<PathBuf> {
    let entries = std::fs::read_dir("/proc/self/fd").unwrap();
    let links = entries.map(|entry| std::fs::read_link(entry.unwrap().path()));
    let is_pipe = |link: &PathBuf| link.to_string_lossy().starts_with("pipe:");
    links
        .filter_map(Result::ok)
        .filter(|link| !is_pipe(link))
        .collect()
}

/// Ends the process if a round takes too long.
struct Watchdog(mpsc::Sender<u64>);

impl Watchdog {
    fn new() -> Self {
        let (sender, rounds) = mpsc::channel();
        std::thread::spawn(move || {
            let mut seed: Option<u64> = None;
            loop {
                match rounds.recv_timeout(LIMIT) {
                    Ok(next) => seed = Some(next),
                    Err(mpsc::RecvTimeoutError::Disconnected) => return,
                    Err(mpsc::RecvTimeoutError::Timeout) => {
                        eprintln!("soak: came to a halt: VITTE_SOAK_SEED={seed:?}");
                        std::process::abort();
                    }
                }
            }
        });
        Watchdog(sender)
    }

    fn begin(&self, seed: u64) {
        self.0.send(seed).unwrap();
    }
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn everything_at_once_on_any_runtime_ends_in_time_and_leaves_nothing() {
    let limit = Duration::from_secs(variable("VITTE_SOAK_SECONDS").unwrap_or(3));
    let mut seed = variable("VITTE_SOAK_SEED").unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        now.unwrap().as_micros() as u64
    });
    let watchdog = Watchdog::new();
    let began = Instant::now();
    let mut rounds = 0;
    while began.elapsed() < limit {
        watchdog.begin(seed);
        let result = std::panic::catch_unwind(|| round(seed));
        if let Err(panic) = result {
            eprintln!("soak: failed: VITTE_SOAK_SEED={seed}");
            std::panic::resume_unwind(panic);
        }
        seed += 1;
        rounds += 1;
    }
    println!("{rounds} rounds");
}
