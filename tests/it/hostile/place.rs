//! Tasks of many kinds that meet in one place, and what is done to them from outside.

use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use vitte::io::{AsyncReadExt, AsyncWriteExt};
use vitte::runtime::{Handle, RuntimeFlavor};
use vitte::sync::{Notify, Semaphore, broadcast, oneshot, watch};
use vitte::task::{AbortHandle, JoinHandle, JoinSet};
use vitte::{task, time};

use super::{Census, Dice, Member, Round, end, rounds, some_runtime};
use crate::support::within_a_minute;

/// Longer than most of what is waited for here, and short.
const MOMENT: Duration = Duration::from_micros(300);

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
