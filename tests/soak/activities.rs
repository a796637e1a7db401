//! What happens on a runtime: each activity checks what it does itself.

use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use vitte::sync::{Mutex, Notify, Semaphore, oneshot};
use vitte::task::{JoinHandle, JoinSet, spawn_blocking, yield_now};
use vitte::time::{interval, sleep, timeout};

use crate::random::Random;
use crate::{Held, Place, blocking, messages, sockets};

type Activity = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Spawns an activity.
pub(crate) fn any(place: &Place, random: &mut Random) -> JoinHandle<()> {
    let (held, mine, own) = (place.held(), place.clone(), random.fork());
    let activity: Activity = match random.range(0..17) {
        0 => Box::pin(messages::channel(mine, own)),
        1 => Box::pin(messages::requests(mine, own)),
        2 => Box::pin(aborts(mine, own)),
        3 => Box::pin(notifications(mine, own)),
        4 => Box::pin(permits(mine, own)),
        5 => Box::pin(lock(mine, own)),
        6 => Box::pin(blocking::blocking_jobs(mine, own)),
        7 => Box::pin(blocking::blocking_in_place(mine, own)),
        8 => Box::pin(sockets::echo(mine, own)),
        9 => Box::pin(timers(mine, own)),
        10 => Box::pin(set(mine, own)),
        11 => Box::pin(messages::to_all(mine, own)),
        12 => Box::pin(blocking::local(mine, own)),
        13 => Box::pin(blocking::long_polls(mine, own)),
        14 => Box::pin(blocking::self_wakers(mine, own)),
        15 => Box::pin(tree(mine, own, 4)),
        _ => Box::pin(sockets::file(mine, own)),
    };
    place.handle.spawn(holding(held, activity))
}

pub(crate) async fn holding<T>(held: Held, future: impl Future<Output = T>) -> T {
    let result = future.await;
    drop(held);
    result
}

pub(crate) fn spawn<T: Send + 'static>(
    place: &Place,
    future: impl Future<Output = T> + Send + 'static,
) -> JoinHandle<T> {
    vitte::spawn(holding(place.held(), future))
}

/// Some way of being late.
pub(crate) async fn dither(random: &mut Random) {
    match random.range(0..8) {
        0 => sleep(random.micros(0..3_000)).await,
        1 | 2 => yield_now().await,
        3 => {
            for _ in 0..random.range(0..300) {
                vitte::task::consume_budget().await;
            }
        }
        4 => std::thread::sleep(random.micros(0..200)),
        _ => {}
    }
}

/// A thread outside of the runtime that uses it.
pub(crate) fn outside(place: &Place, mut random: Random) -> oneshot::Receiver<()> {
    let (over, is_over) = oneshot::channel();
    let place = place.clone();
    std::thread::spawn(move || {
        for _ in 0..random.range(1..8) {
            match random.range(0..3) {
                0 => {
                    let task = any(&place, &mut random);
                    place.handle.block_on(task).unwrap();
                }
                1 => {
                    let (held, own) = (place.held(), random.fork());
                    let future = holding(held, aborts(place.clone(), own));
                    place.handle.block_on(future);
                }
                _ => {
                    let mut own = random.fork();
                    let task = place.handle.spawn(holding(place.held(), async move {
                        dither(&mut own).await;
                    }));
                    std::thread::sleep(random.micros(0..500));
                    task.abort();
                    if let Err(error) = place.handle.block_on(task) {
                        assert!(error.is_cancelled());
                    }
                }
            }
        }
        drop(place);
        over.send(()).unwrap();
    });
    is_over
}

/// Something that the runtime's end finds.
pub(crate) fn left_behind(place: &Place, random: &mut Random) {
    let (held, mut own) = (place.held(), random.fork());
    match random.range(0..6) {
        0 => {
            place.handle.spawn(holding(held, pending::<()>()));
        }
        1 => {
            let asleep = async { sleep(Duration::from_secs(1_000)).await };
            place.handle.spawn(holding(held, asleep));
        }
        2 => {
            place.handle.spawn(holding(held, async move {
                loop {
                    dither(&mut own).await;
                }
            }));
        }
        3 => {
            let pause = own.micros(0..2_000);
            place.handle.spawn_blocking(move || {
                std::thread::sleep(pause);
                drop(held);
            });
        }
        4 if place.multi_thread => {
            let inner = place.clone();
            place.handle.spawn(async move {
                vitte::task::block_in_place(|| std::thread::sleep(own.micros(0..2_000)));
                drop(held);
                // Perhaps too late.
                let held = inner.held();
                inner.handle.spawn(holding(held, pending::<()>()));
            });
        }
        _ => {
            let inner = place.clone();
            place.handle.spawn(async move {
                dither(&mut own).await;
                let held_too = inner.held();
                spawn_blocking(move || drop(held_too));
                holding(held, pending::<()>()).await;
            });
        }
    }
}

async fn aborts(place: Place, mut random: Random) {
    let tasks: Vec<_> = (0..random.range(1..60))
        .map(|_| {
            let mut own = random.fork();
            let abort = random.one_in(2);
            let ends = own.one_in(2) || !abort;
            let task = spawn(&place, async move {
                dither(&mut own).await;
                dither(&mut own).await;
                if !ends {
                    pending::<()>().await;
                }
            });
            (task, abort)
        })
        .collect();
    dither(&mut random).await;
    for (task, abort) in &tasks {
        if *abort {
            match random.one_in(2) {
                true => task.abort(),
                false => task.abort_handle().abort(),
            }
        }
    }
    for (task, abort) in tasks {
        if let Err(error) = task.await {
            assert!(abort && error.is_cancelled());
        }
    }
}

async fn notifications(place: Place, mut random: Random) {
    let notify = Arc::new(Notify::new());
    let waiters: Vec<_> = (0..random.range(1..20))
        .map(|_| {
            let (notify, mut random) = (notify.clone(), random.fork());
            spawn(&place, async move {
                dither(&mut random).await;
                // A notification of one who gives up goes to another one.
                for _ in 0..random.range(0..5) {
                    let limit = random.micros(0..300);
                    if timeout(limit, notify.notified()).await.is_ok() {
                        return;
                    }
                }
                notify.notified().await;
            })
        })
        .collect();
    for waiter in waiters {
        while !waiter.is_finished() {
            notify.notify_one();
            dither(&mut random).await;
            yield_now().await;
        }
        waiter.await.unwrap();
    }
}

async fn permits(place: Place, mut random: Random) {
    let count = random.range(1..5);
    let semaphore = Arc::new(Semaphore::new(count));
    let inside = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..random.range(1..20))
        .map(|_| {
            let (semaphore, inside, mut random) =
                (semaphore.clone(), inside.clone(), random.fork());
            spawn(&place, async move {
                for _ in 0..20 {
                    let wanted = random.range(1..count + 1);
                    let acquired = semaphore.acquire_many(wanted as u32);
                    let permit = match random.one_in(3) {
                        false => acquired.await.unwrap(),
                        true => match timeout(random.micros(0..300), acquired).await {
                            Ok(permit) => permit.unwrap(),
                            Err(_) => continue,
                        },
                    };
                    assert!(inside.fetch_add(wanted, Ordering::SeqCst) + wanted <= count);
                    dither(&mut random).await;
                    inside.fetch_sub(wanted, Ordering::SeqCst);
                    drop(permit);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(semaphore.available_permits(), count);
}

async fn lock(place: Place, mut random: Random) {
    let counter = Arc::new(Mutex::new(0));
    let tasks = random.range(1..10);
    let joins: Vec<_> = (0..tasks)
        .map(|_| {
            let (counter, mut random) = (counter.clone(), random.fork());
            spawn(&place, async move {
                for _ in 0..50 {
                    let mut guard = counter.lock().await;
                    let before = *guard;
                    if random.one_in(10) {
                        dither(&mut random).await;
                    }
                    *guard = before + 1;
                }
            })
        })
        .collect();
    for join in joins {
        join.await.unwrap();
    }
    assert_eq!(*counter.lock().await, tasks * 50);
}

async fn timers(_place: Place, mut random: Random) {
    for _ in 0..random.range(1..20) {
        let began = Instant::now();
        let length = random.micros(0..4_000);
        match random.range(0..4) {
            0 => sleep(length).await,
            1 => assert!(timeout(length, pending::<()>()).await.is_err()),
            2 => {
                let mut asleep = Box::pin(sleep(Duration::from_secs(100)));
                assert!(timeout(length / 2, &mut asleep).await.is_err());
                asleep
                    .as_mut()
                    .reset(vitte::time::Instant::now() + length / 2);
                asleep.await;
            }
            _ => {
                let mut ticks = interval(length.max(Duration::from_micros(1)));
                ticks.tick().await;
                ticks.tick().await;
            }
        }
        let took = began.elapsed();
        assert!(took >= length, "{took:?} instead of {length:?}");
        assert!(took < crate::LIMIT / 4, "{took:?} instead of {length:?}");
    }
}

async fn set(place: Place, mut random: Random) {
    let mut set = JoinSet::new();
    for _ in 0..random.range(1..50) {
        let mut own = random.fork();
        set.spawn(holding(place.held(), async move { dither(&mut own).await }));
        if random.one_in(4) {
            set.try_join_next().transpose().unwrap();
        }
    }
    match random.range(0..3) {
        0 => set.shutdown().await,
        1 => drop(set),
        _ => {
            while let Some(joined) = set.join_next().await {
                joined.unwrap();
            }
        }
    }
}

fn tree(place: Place, mut random: Random, depth: usize) -> Activity {
    Box::pin(async move {
        if depth == 0 {
            return;
        }
        let children: Vec<_> = (0..random.range(1..5))
            .map(|_| {
                let inner = tree(place.clone(), random.fork(), depth - 1);
                spawn(&place, inner)
            })
            .collect();
        for child in children {
            child.await.unwrap();
        }
    })
}
