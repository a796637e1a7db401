//! Programs that do everything at once, and at the wrong moment: nothing hangs, crashes or leaks.
//!
//! What they do follows from a seed, which a failure prints; how it falls together is up to the
//! machine. `VITTE_HOSTILE_ROUNDS` makes them longer: a soak, best under `.ci/sanitize`.

use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use vitte::io::{AsyncReadExt, AsyncWriteExt};
use vitte::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use vitte::sync::{Notify, Semaphore, broadcast, oneshot, watch};
use vitte::task::{AbortHandle, JoinHandle, JoinSet, LocalSet};
use vitte::{task, time};

use crate::support::{multi_thread, within_a_minute};

/// How many rounds, of those that take a second or so.
fn rounds(usual: u64) -> u64 {
    match std::env::var("VITTE_HOSTILE_ROUNDS") {
        Ok(rounds) => rounds.parse().unwrap(),
        Err(_) => usual,
    }
}

/// Longer than most of what is waited for here, and short.
const MOMENT: Duration = Duration::from_micros(300);

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

/// What the tasks of one round meet at.
#[derive(Clone)]
struct Place {
    census: Census,
    notify: Arc<Notify>,
    permits: Arc<Semaphore>,
    news: broadcast::Sender<u64>,
    level: watch::Sender<u64>,
    lock: Arc<vitte::sync::Mutex<u64>>,
    /// Wakers that outlive their tasks.
    wakers: Arc<Mutex<Vec<Waker>>>,
}

impl Place {
    fn new() -> Self {
        Place {
            census: Census::default(),
            notify: Arc::default(),
            permits: Arc::new(Semaphore::new(2)),
            news: broadcast::channel(4).0,
            level: watch::channel(0).0,
            lock: Arc::default(),
            wakers: Arc::default(),
        }
    }

    /// A task of some kind, which may make others.
    fn task(&self, mut dice: Dice, depth: u32) -> Pin<Box<dyn Future<Output = Member> + Send>> {
        let place = self.clone();
        let member = self.census.member();
        Box::pin(async move {
            for _ in 0..dice.roll(6) {
                place.step(&mut dice, depth).await;
            }
            member
        })
    }

    async fn step(&self, dice: &mut Dice, depth: u32) {
        match dice.roll(18) {
            0 => time::sleep(Duration::from_micros(dice.roll(500))).await,
            1 => task::yield_now().await,
            2 => {
                let waited = time::timeout(Duration::from_micros(300), self.notify.notified());
                let _ = waited.await;
            }
            3 => self.notify.notify_one(),
            4 => self.notify.notify_waiters(),
            5 => {
                let permits = self.permits.acquire_many(1 + dice.roll(2) as u32);
                let _ = time::timeout(Duration::from_micros(200), permits).await;
            }
            6 => {
                let _ = self.news.send(dice.roll(100));
                let mut news = self.news.subscribe();
                let _ = time::timeout(Duration::from_micros(100), news.recv()).await;
            }
            7 => {
                self.level.send_modify(|level| *level += 1);
                let mut level = self.level.subscribe();
                let _ = time::timeout(Duration::from_micros(100), level.changed()).await;
            }
            8 => *self.lock.lock().await += 1,
            9 => {
                let member = self.census.member();
                let job = task::spawn_blocking(move || drop(member));
                if dice.roll(2) == 0 {
                    let _ = job.await;
                } else {
                    job.abort();
                }
            }
            10 if depth > 0 => {
                let child = vitte::spawn(self.task(dice.split(), depth - 1));
                match dice.roll(4) {
                    0 => drop(child.await),
                    1 => child.abort(),
                    2 => {
                        let abort = child.abort_handle();
                        std::thread::spawn(move || abort.abort());
                    }
                    _ => {}
                }
            }
            11 if depth > 0 => {
                let mut set = JoinSet::new();
                for _ in 0..3 {
                    set.spawn(self.task(dice.split(), depth - 1));
                }
                set.join_next().await;
                if dice.roll(2) == 0 {
                    set.detach_all();
                }
            }
            12 => {
                poll_fn(|cx| {
                    self.wakers.lock().unwrap().push(cx.waker().clone());
                    Poll::Ready(())
                })
                .await;
            }
            13 => {
                let old = std::mem::take(&mut *self.wakers.lock().unwrap());
                old.into_iter().for_each(Waker::wake);
            }
            15 if Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread => {
                let place = self.clone();
                let dice = dice.split();
                task::block_in_place(|| {
                    // Inside, the runtime may be waited for.
                    let handle = Handle::current();
                    let child = handle.spawn(place.task(dice, 0));
                    drop(handle.block_on(async { time::timeout(MOMENT, child).await }));
                });
            }
            16 => {
                let (send, receive) = oneshot::channel();
                let job = task::spawn_blocking(move || receive.blocking_recv());
                task::yield_now().await;
                let _ = send.send(());
                drop(job.await);
            }
            14 => {
                let (mut one, mut other) = vitte::io::duplex(4);
                let writing = vitte::spawn(async move { one.write_all(b"hello there").await });
                let mut text = [0; 11];
                let read = other.read_exact(&mut text);
                let _ = time::timeout(Duration::from_millis(1), read).await;
                drop(other);
                drop(writing.await);
            }
            _ => {
                let member = self.census.member();
                vitte::spawn(async move {
                    let _member = member;
                    pending::<()>().await;
                });
            }
        }
    }
}

/// Aborts, joins and drops handles on a thread of its own.
fn meddle(mut dice: Dice, handles: Vec<JoinHandle<Member>>, own: Handle) {
    let aborts: Vec<AbortHandle> = handles.iter().map(JoinHandle::abort_handle).collect();
    for handle in handles {
        match dice.roll(4) {
            0 => handle.abort(),
            1 => drop(handle),
            // The runtime may be gone, or go meanwhile.
            2 => {
                let mut handle = handle;
                let mut cx = Context::from_waker(Waker::noop());
                drop(Pin::new(&mut handle).poll(&mut cx));
            }
            _ => drop(own.spawn(handle)),
        }
    }
    aborts.iter().for_each(AbortHandle::abort);
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

#[test]
fn aborts_drops_and_shutdowns_at_any_moment_lose_nothing() {
    within_a_minute(|| {
        for seed in 0..rounds(60) {
            let _round = Round(seed);
            let mut dice = Dice(seed);
            let place = Place::new();
            let runtime = some_runtime(&mut dice);
            let handle = runtime.handle().clone();
            let threads: Vec<_> = (0..2)
                .map(|_| {
                    let spawned = (0..10)
                        .map(|_| runtime.spawn(place.task(dice.split(), 2)))
                        .collect();
                    let (dice, handle) = (dice.split(), handle.clone());
                    std::thread::spawn(move || meddle(dice, spawned, handle))
                })
                .collect();
            let length = Duration::from_micros(dice.roll(3_000));
            runtime.block_on(async { time::sleep(length).await });
            end(&mut dice, runtime);
            for thread in threads {
                thread.join().unwrap();
            }
            drop(std::mem::take(&mut *place.wakers.lock().unwrap()));
            // A shutdown in the background is not waited for.
            let patience = Instant::now() + Duration::from_secs(20);
            while place.census.left() > 0 {
                assert!(Instant::now() < patience, "{} left", place.census.left());
                std::thread::yield_now();
            }
        }
    });
}

#[test]
fn wakers_are_used_everywhere_while_their_runtimes_end() {
    within_a_minute(|| {
        for seed in 0..rounds(40) {
            let _round = Round(seed);
            let mut dice = Dice(seed);
            let runtime = some_runtime(&mut dice);
            let (send, wakers) = mpsc::channel::<Waker>();
            let tasks: Vec<_> = (0..8)
                .map(|_| {
                    let send = send.clone();
                    runtime.spawn(poll_fn(move |cx| {
                        let _ = send.send(cx.waker().clone());
                        Poll::<()>::Pending
                    }))
                })
                .collect();
            drop(send);
            let mut theirs = dice.split();
            let waking = std::thread::spawn(move || {
                let mut kept = Vec::new();
                // It ends when the last task is gone.
                while let Ok(waker) = wakers.recv() {
                    match theirs.roll(5) {
                        0 => waker.wake(),
                        1 => waker.wake_by_ref(),
                        2 => std::thread::spawn(move || waker.wake()).join().unwrap(),
                        3 => kept.push(waker.clone()),
                        _ => kept.push(waker),
                    }
                    if theirs.roll(8) == 0 {
                        kept.drain(..).for_each(Waker::wake);
                    }
                }
                kept
            });
            runtime.block_on(async { time::sleep(Duration::from_micros(dice.roll(500))).await });
            end(&mut dice, runtime);
            let kept = waking.join().unwrap();
            kept.iter().for_each(Waker::wake_by_ref);
            drop(tasks);
            kept.into_iter().for_each(Waker::wake);
        }
    });
}

#[test]
fn local_sets_end_while_other_threads_abort_and_wake() {
    within_a_minute(|| {
        for seed in 0..rounds(40) {
            let _round = Round(seed);
            let mut dice = Dice(seed);
            let census = Census::default();
            let runtime = some_runtime(&mut dice);
            let set = LocalSet::new();
            let wakers = Arc::new(Mutex::new(Vec::new()));
            let aborts: Vec<AbortHandle> = (0..30)
                .map(|n| {
                    // Not `Send`: it must be dropped here.
                    let member = std::rc::Rc::new(census.member());
                    let wakers = wakers.clone();
                    let ends = dice.roll(3) == 0;
                    let task = set.spawn_local(async move {
                        let _member = member;
                        for _ in 0..n % 5 {
                            task::yield_now().await;
                        }
                        if !ends {
                            poll_fn(|cx| {
                                wakers.lock().unwrap().push(cx.waker().clone());
                                Poll::<()>::Pending
                            })
                            .await;
                        }
                    });
                    task.abort_handle()
                })
                .collect();
            let threads: Vec<_> = (0..2)
                .map(|_| {
                    let (wakers, mut dice) = (wakers.clone(), dice.split());
                    let aborts = aborts.clone();
                    std::thread::spawn(move || {
                        for _ in 0..50 {
                            match dice.roll(3) {
                                0 => aborts[dice.roll(30) as usize].abort(),
                                1 => drop(wakers.lock().unwrap().pop().map(Waker::wake)),
                                _ => {
                                    let kept = wakers.lock().unwrap().clone();
                                    kept.iter().for_each(Waker::wake_by_ref);
                                }
                            }
                        }
                    })
                })
                .collect();
            let length = Duration::from_micros(dice.roll(300));
            set.block_on(&runtime, async { time::sleep(length).await });
            if dice.roll(2) == 0 {
                drop(set);
                end(&mut dice, runtime);
            } else {
                end(&mut dice, runtime);
                drop(set);
            }
            assert_eq!(census.left(), 0);
            for thread in threads {
                thread.join().unwrap();
            }
            assert!(aborts.iter().all(AbortHandle::is_finished));
        }
    });
}

/// What was polled and then forgotten; it stays reachable, so that it is no leak.
static FORGOTTEN: Mutex<Vec<Pin<Box<dyn Future<Output = ()> + Send>>>> = Mutex::new(Vec::new());

#[test]
fn forgotten_futures_harm_nobody() {
    within_a_minute(|| {
        for seed in 0..rounds(20) {
            let _round = Round(seed);
            let mut dice = Dice(seed);
            let runtime = some_runtime(&mut dice);
            let notify = Arc::new(Notify::new());
            let permits = Arc::new(Semaphore::new(0));
            let (_keep, rx) = oneshot::channel::<()>();
            let (stream, _other) = vitte::io::duplex(1);
            let (one, theirs) = (notify.clone(), permits.clone());
            let futures: Vec<Pin<Box<dyn Future<Output = ()> + Send>>> = vec![
                Box::pin(time_of(dice.roll(1_000))),
                Box::pin(time_of(100_000_000)),
                Box::pin(async move { one.notified().await }),
                Box::pin(async move { drop(theirs.acquire_many(3).await) }),
                Box::pin(async move { drop(rx.await) }),
                Box::pin(async move {
                    let mut stream = stream;
                    let _ = stream.read_u8().await;
                }),
                Box::pin(async {
                    let socket = vitte::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
                    let _ = socket.recv(&mut [0]).await;
                }),
                {
                    let task = runtime.spawn(pending::<()>());
                    Box::pin(async move { drop(task.await) })
                },
            ];
            for mut future in futures {
                runtime.block_on(poll_fn(|cx| {
                    let _ = future.as_mut().poll(cx);
                    Poll::Ready(())
                }));
                FORGOTTEN.lock().unwrap().push(future);
            }
            // Those behind the forgotten ones are served all the same.
            runtime.block_on(async {
                time::sleep(Duration::from_millis(1)).await;
                notify.notify_waiters();
                permits.add_permits(4);
                permits.acquire().await.unwrap().forget();
            });
            end(&mut dice, runtime);
            notify.notify_waiters();
            permits.close();
        }
    });
}

/// Made inside, so that the timer is that of whoever polls first.
async fn time_of(micros: u64) {
    time::sleep(Duration::from_micros(micros)).await;
}

#[test]
fn many_runtimes_come_and_go_at_once() {
    within_a_minute(|| {
        let threads: Vec<_> = (0..6)
            .map(|thread| {
                std::thread::spawn(move || {
                    for round in 0..rounds(12) {
                        let mut dice = Dice(thread << 32 | round);
                        let runtime = some_runtime(&mut dice);
                        one_of_many(&runtime);
                        end(&mut dice, runtime);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

/// A bit of everything that a runtime has.
fn one_of_many(runtime: &Runtime) {
    let set = LocalSet::new();
    set.spawn_local(async { time::sleep(Duration::from_micros(50)).await });
    set.block_on(runtime, async {
        let listener = vitte::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = vitte::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"x").await.unwrap();
        });
        let mut client = vitte::net::TcpStream::connect(address).await.unwrap();
        assert_eq!(client.read_u8().await.unwrap(), b'x');
        server.await.unwrap();
        assert_eq!(task::spawn_blocking(|| 7).await.unwrap(), 7);
        vitte::spawn(pending::<()>());
        vitte::spawn(time::sleep(Duration::from_secs(1_000)));
    });
}

/// A fork has none of the threads, and every lock as it was.
#[cfg(unix)]
#[test]
fn a_forked_child_can_run_a_runtime_of_its_own() {
    const CHILD: &str = "VITTE_TEST_FORK";
    if std::env::var_os(CHILD).is_some() {
        return fork();
    }
    // In a process of its own, where no other test holds a lock at the moment of the fork.
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "hostile::a_forked_child_can_run_a_runtime_of_its_own",
        ])
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[cfg(unix)]
fn fork() {
    let runtime = multi_thread(2).build().unwrap();
    let talk = || async {
        let task = vitte::spawn(async {
            time::sleep(Duration::from_millis(1)).await;
            task::spawn_blocking(|| 5).await.unwrap()
        });
        assert_eq!(task.await.unwrap(), 5);
    };
    runtime.block_on(talk());
    // SAFETY: the child uses only what it makes itself, and `_exit`s.
    let child = unsafe { libc::fork() };
    assert!(child >= 0);
    if child == 0 {
        let lives = std::panic::catch_unwind(|| {
            let own = multi_thread(1).build().unwrap();
            own.block_on(talk());
            drop(own);
            let own = Builder::new_current_thread().enable_all().build().unwrap();
            own.block_on(talk());
        });
        // SAFETY: ends the process.
        unsafe { libc::_exit(i32::from(lives.is_err())) };
    }
    runtime.block_on(talk());
    let mut status = 0;
    let patience = Instant::now() + Duration::from_secs(30);
    loop {
        // SAFETY: the child is ours, and `status` outlives the call.
        let ended = unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) };
        if ended == child {
            break;
        }
        if Instant::now() > patience {
            // SAFETY: the child was not waited for yet.
            unsafe { libc::kill(child, libc::SIGKILL) };
            panic!("the child hangs");
        }
        runtime.block_on(async { time::sleep(Duration::from_millis(1)).await });
    }
    assert_eq!(status, 0);
    runtime.block_on(talk());
}

/// An abort reaches for the task's memory, which its end gives back.
#[test]
fn aborts_race_with_the_end_of_the_runtime() {
    within_a_minute(|| {
        for seed in 0..rounds(60) {
            let _round = Round(seed);
            let mut dice = Dice(seed);
            let runtime = some_runtime(&mut dice);
            let aborts: Vec<AbortHandle> = (0..100)
                .map(|_| runtime.spawn(pending::<()>()).abort_handle())
                .collect();
            // Each task is suspended, and nobody but the runtime holds it.
            runtime.block_on(async { time::sleep(Duration::from_micros(50)).await });
            let aborting: Vec<_> = (0..2)
                .map(|_| {
                    let aborts = aborts.clone();
                    std::thread::spawn(move || aborts.iter().for_each(AbortHandle::abort))
                })
                .collect();
            end(&mut dice, runtime);
            for thread in aborting {
                thread.join().unwrap();
            }
            while !aborts.iter().all(AbortHandle::is_finished) {
                std::thread::yield_now();
            }
        }
    });
}
