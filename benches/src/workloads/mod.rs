//! The workloads, over whichever runtime `rt` is.
//!
//! Each is a function of a runtime and a number of operations that returns what one operation
//! cost. Names say what is compared; sizes are chosen so that a round takes some milliseconds.

mod blocking;
mod broadcast;
mod channels;
mod fs;
mod idle;
mod join;
mod local;
mod locks;
mod net;
mod notify;
mod select;
mod spawn;
mod tail;
mod timers;
mod wake;
mod yields;

use super::rt;

use rt::runtime::{Builder, Runtime};

use crate::subject::{Subject, Unit, Workload};

/// Which runtime a workload runs on.
#[derive(Debug, Clone, Copy)]
enum Flavor {
    MultiThread,
    CurrentThread,
}

type Run = fn(&Runtime, u64) -> f64;

struct Entry {
    workload: Workload,
    flavor: Flavor,
    run: Run,
}

const fn entry(flavor: Flavor, unit: Unit, name: &'static str, operations: u64, run: Run) -> Entry {
    Entry {
        workload: Workload {
            name,
            operations,
            unit,
            rounds_max: usize::MAX,
            one_core: false,
        },
        flavor,
        run,
    }
}

const fn multi(name: &'static str, operations: u64, run: Run) -> Entry {
    entry(
        Flavor::MultiThread,
        Unit::Nanoseconds,
        name,
        operations,
        run,
    )
}

const fn current(name: &'static str, operations: u64, run: Run) -> Entry {
    entry(
        Flavor::CurrentThread,
        Unit::Nanoseconds,
        name,
        operations,
        run,
    )
}

const fn delay(name: &'static str, operations: u64, run: Run) -> Entry {
    entry(Flavor::MultiThread, Unit::Delay, name, operations, run)
}

impl Entry {
    /// For workloads whose rounds are long.
    const fn in_few_rounds(mut self) -> Entry {
        self.workload.rounds_max = 3;
        self
    }

    /// For workloads in which one thread waits for another each time.
    const fn on_one_core(mut self) -> Entry {
        self.workload.one_core = true;
        self
    }
}

const ENTRIES: &[Entry] = &[
    multi("spawn: from a worker", 10_000, spawn::many),
    multi(
        "spawn: from outside, 1 thread",
        10_000,
        spawn::from_outside::<1>,
    ),
    multi(
        "spawn: from outside, 2 threads",
        10_000,
        spawn::from_outside::<2>,
    ),
    multi(
        "spawn: from outside, 4 threads",
        10_000,
        spawn::from_outside::<4>,
    ),
    multi(
        "spawn: from outside, 8 threads",
        10_000,
        spawn::from_outside::<8>,
    ),
    multi("spawn: the call alone", 10_000, spawn::calls_alone),
    multi(
        "spawn: tasks that are suspended once",
        10_000,
        spawn::suspended_once,
    ),
    multi("spawn: chained", 10_000, spawn::chained),
    multi("join: spawn and join, one by one", 5_000, join::one_by_one),
    multi("join: spawn 10k, join all", 10_000, join::all),
    multi("join: JoinSet", 10_000, join::join_set),
    multi("join: suspend, wake, join", 5_000, join::suspend_wake),
    multi(
        "join: poll a pending handle again",
        50_000,
        join::poll_again,
    ),
    multi("join: abort suspended tasks", 5_000, join::abort),
    multi("join: abort unpolled tasks", 5_000, join::abort_unpolled),
    multi("join: a tree of forks", 8_191, join::tree),
    multi("join: ping-pong by oneshot", 2_000, wake::ping_pong),
    // Long rounds: what is meant are the yields, and not how fast the second worker joins in.
    multi("yield: 200 tasks", 400_000, yields::many),
    multi(
        "yield: 200 tasks that wake themselves",
        400_000,
        yields::many_self_wakes,
    ),
    multi("yield: one task", 10_000, yields::one),
    multi("block_on: ready", 20_000, wake::block_on_ready),
    multi("block_on: a spawned task", 500, wake::block_on_task),
    delay("wake from a thread: p50", 200, wake::from_thread_p50),
    delay("wake from a thread: p99", 200, wake::from_thread_p99),
    current("current_thread: spawn", 10_000, spawn::many),
    current(
        "current_thread: spawn from outside",
        10_000,
        spawn::from_outside::<1>,
    ),
    current("current_thread: spawn and join", 10_000, join::one_by_one),
    current("current_thread: yield, 200 tasks", 40_000, yields::many),
    current(
        "current_thread: ping-pong by oneshot",
        5_000,
        wake::ping_pong,
    ),
    current(
        "current_thread: block_on ready",
        20_000,
        wake::block_on_ready,
    ),
    current("current_thread: JoinSet", 10_000, join::join_set),
    current(
        "current_thread: mpsc, 1 sender",
        20_000,
        channels::bounded::<1>,
    ),
    current(
        "current_thread: Notify, ping-pong",
        5_000,
        notify::ping_pong,
    ),
    current(
        "current_thread: Mutex, 4 tasks",
        20_000,
        locks::mutex_contended,
    ),
    current(
        "current_thread: sleep, create and drop",
        20_000,
        timers::create::<1>,
    ),
    current(
        "current_thread: spawn_blocking, one by one",
        200,
        blocking::one_by_one,
    ),
    current(
        "current_thread: spawn_blocking, on one core",
        200,
        blocking::one_by_one,
    )
    .on_one_core(),
    current("LocalSet: spawn_local", 10_000, local::spawn),
    current("LocalSet: spawn and join", 10_000, local::join),
    current("LocalSet: yield, 200 tasks", 40_000, local::yields),
    current("LocalSet: ping-pong by oneshot", 5_000, local::ping_pong),
    multi("select!: a message or a sleep", 20_000, select::or_sleep),
    multi(
        "select!: 2 channels with a sender each",
        20_000,
        select::channels,
    ),
    multi("mpsc: bounded, 1 sender", 20_000, channels::bounded::<1>),
    multi("mpsc: bounded, 5 senders", 20_000, channels::bounded::<5>),
    multi(
        "mpsc: bounded, same task",
        50_000,
        channels::bounded_same_task,
    ),
    multi(
        "mpsc: unbounded, 1 sender",
        20_000,
        channels::unbounded::<1>,
    ),
    multi(
        "mpsc: unbounded, 5 senders",
        20_000,
        channels::unbounded::<5>,
    ),
    multi("mpsc: recv_many", 20_000, channels::recv_many),
    multi("oneshot: same task", 50_000, channels::oneshot_same_task),
    multi("oneshot: request and reply", 5_000, channels::request_reply),
    multi("broadcast: 4 receivers", 2_000, broadcast::broadcast),
    multi("broadcast: same task", 20_000, broadcast::same_task),
    multi("watch: 4 receivers", 5_000, broadcast::watch),
    multi("watch: same task", 50_000, broadcast::watch_same_task),
    multi("Notify: ping-pong", 5_000, notify::ping_pong),
    multi("Notify: permit in the same task", 50_000, notify::same_task),
    multi("Notify: notify_waiters, 50 tasks", 5_000, notify::waiters),
    multi("Mutex: free", 50_000, locks::mutex_free),
    multi("Mutex: 4 tasks", 20_000, locks::mutex_contended),
    multi("RwLock: free, read", 50_000, locks::rwlock_free),
    multi(
        "RwLock: 4 tasks, 1 of 8 writes",
        20_000,
        locks::rwlock_contended,
    ),
    multi("Semaphore: free", 50_000, locks::semaphore_free),
    multi(
        "Semaphore: 4 tasks, 2 permits",
        // Ten times what the others have: it is some milliseconds before a second worker joins in.
        200_000,
        locks::semaphore_contended,
    ),
    multi("sleep: create, poll, drop", 20_000, timers::create::<1>),
    multi(
        "sleep: create, poll, drop, 2 threads",
        20_000,
        timers::create::<2>,
    ),
    multi(
        "sleep: create, poll, drop, 1024 live",
        20_000,
        timers::create_among_1024::<1>,
    ),
    multi(
        "sleep: 1024 live, 2 threads",
        20_000,
        timers::create_among_1024::<2>,
    ),
    multi("sleep: reset", 20_000, timers::reset),
    multi("sleep: 10k fire at once", 10_000, timers::fire_at_once),
    multi(
        "sleep: 1,000,000 created, all dropped",
        1_000_000,
        timers::many_live::<1>,
    )
    .in_few_rounds(),
    multi(
        "sleep: 1,000,000, 2 threads",
        1_000_000,
        timers::many_live::<2>,
    )
    .in_few_rounds(),
    multi("interval: ticks that are due", 20_000, timers::due_ticks),
    multi("timeout: around ready", 50_000, timers::timeout_ready),
    multi(
        "timeout: around pending, dropped",
        20_000,
        timers::timeout_pending,
    ),
    delay("sleep(1 ms): lateness p50", 20, timers::lateness_of_sleep),
    delay(
        "interval(1 ms): lateness p50",
        20,
        timers::lateness_of_interval,
    ),
    multi("spawn_blocking: one by one", 200, blocking::one_by_one),
    multi("spawn_blocking: burst of 100", 2_000, blocking::bursts),
    multi("spawn_blocking: 8 producers", 4_000, blocking::producers),
    multi(
        "spawn_blocking: 100 that sleep 1 ms",
        500,
        blocking::sleepers,
    ),
    multi("fs: read 4 KiB", 200, fs::read_small),
    multi("fs: write 4 KiB", 200, fs::write_small),
    multi("fs: read 1 MiB in pieces of 64 KiB", 160, fs::read_pieces),
    multi("TCP echo: 1 connection, 64 B", 300, net::tcp_echo::<1, 64>).on_one_core(),
    multi(
        "TCP echo: 64 connections, 64 B",
        2_560,
        net::tcp_echo::<64, 64>,
    ),
    multi(
        "TCP echo: 1,000 connections, 64 B",
        8_000,
        net::tcp_echo::<1000, 64>,
    ),
    multi(
        "TCP echo: 1 connection, 64 KiB",
        200,
        net::tcp_echo::<1, { 64 * 1024 }>,
    )
    .on_one_core(),
    multi(
        "TCP echo: 64 connections, 64 KiB",
        640,
        net::tcp_echo::<64, { 64 * 1024 }>,
    ),
    multi("TCP: connections of one exchange", 200, net::tcp_churn).on_one_core(),
    multi("UDP echo: one at a time", 300, net::udp_echo::<1>).on_one_core(),
    multi("UDP echo: 16 at a time", 1_600, net::udp_echo::<16>),
    multi(
        "Unix echo: 1 connection, 64 B",
        300,
        net::unix_echo::<1, 64>,
    )
    .on_one_core(),
    multi(
        "Unix echo: 64 connections, 64 B",
        2_560,
        net::unix_echo::<64, 64>,
    ),
    delay("tail: sleep(1 ms), a worker blocks: p99", 2, tail::sleeps),
    delay(
        "tail: request and reply, a worker blocks: p99",
        2,
        tail::requests,
    ),
    delay("tail: TCP echo, a worker blocks: p99", 2, tail::echo),
    delay("tail: next task, its worker blocks", 2, tail::lifo),
];

struct Runtimes {
    /// None if there is to be one thread only.
    multi_thread: Option<Runtime>,
    current_thread: Runtime,
    workloads: Vec<Workload>,
}

/// Runtimes that live as long as the process, with every workload over them.
///
/// With no workers everything runs on the current-thread runtime.
pub fn subject(workers: usize) -> Box<dyn Subject> {
    let multi_thread = (workers > 0).then(|| {
        Builder::new_multi_thread()
            .worker_threads(workers)
            .enable_all()
            .build()
            .expect("a multi-thread runtime")
    });
    let current_thread = Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a current-thread runtime");
    Box::new(Runtimes {
        multi_thread,
        current_thread,
        workloads: ENTRIES.iter().map(|entry| entry.workload).collect(),
    })
}

impl Subject for Runtimes {
    fn workloads(&self) -> &[Workload] {
        &self.workloads
    }

    fn run(&self, workload: usize, operations: u64) -> f64 {
        let entry = &ENTRIES[workload];
        let runtime = match (entry.flavor, &self.multi_thread) {
            (Flavor::MultiThread, Some(runtime)) => runtime,
            _ => &self.current_thread,
        };
        (entry.run)(runtime, operations)
    }

    fn hold_idle(&self, kind: &'static str, count: usize) {
        let runtime = self.multi_thread.as_ref();
        idle::hold(runtime.unwrap_or(&self.current_thread), kind, count);
    }
}

/// Runs a future as a task, so that what it does is done on a worker, and waits for it.
fn on_worker<T: Send + 'static>(
    runtime: &Runtime,
    future: impl Future<Output = T> + Send + 'static,
) -> T {
    runtime
        .block_on(runtime.spawn(future))
        .expect("the workload's task")
}
