//! Activities that keep a thread, or all of a worker's time.

use std::time::Instant;

use vitte::task::{LocalSet, spawn_blocking, yield_now};
use vitte::time::sleep;

use crate::Place;
use crate::activities::{dither, holding, spawn};
use crate::random::Random;

pub(crate) async fn blocking_jobs(place: Place, mut random: Random) {
    let jobs: Vec<_> = (0..random.range(1..30))
        .map(|number| {
            let (held, place, mut own) = (place.held(), place.clone(), random.fork());
            let job = spawn_blocking(move || {
                let _held = held;
                match own.range(0..4) {
                    0 => std::thread::sleep(own.micros(0..300)),
                    1 => {
                        let (held, mut own) = (place.held(), own.fork());
                        let task = place
                            .handle
                            .spawn(holding(held, async move { dither(&mut own).await }));
                        place.handle.block_on(task).unwrap();
                    }
                    2 => place.handle.block_on(sleep(own.micros(0..1_000))),
                    _ => {}
                }
                number
            });
            if random.one_in(8) {
                job.abort();
            }
            job
        })
        .collect();
    for (number, job) in jobs.into_iter().enumerate() {
        match job.await {
            Ok(returned) => assert_eq!(returned, number),
            Err(error) => assert!(error.is_cancelled()),
        }
    }
}

pub(crate) async fn blocking_in_place(place: Place, mut random: Random) {
    if !place.multi_thread {
        return;
    }
    let tasks: Vec<_> = (0..random.range(1..6))
        .map(|_| {
            let (inner, mut random) = (place.clone(), random.fork());
            spawn(&place, async move {
                for _ in 0..random.range(1..5) {
                    let behind = spawn(&inner, yield_now());
                    vitte::task::block_in_place(|| std::thread::sleep(random.micros(0..400)));
                    dither(&mut random).await;
                    behind.await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

pub(crate) async fn local(place: Place, mut random: Random) {
    let held = place.held();
    let inner = place.clone();
    spawn_blocking(move || {
        let set = LocalSet::new();
        for _ in 0..random.range(1..10) {
            let (held, mut own) = (inner.held(), random.fork());
            set.spawn_local(holding(held, async move {
                dither(&mut own).await;
                let task = vitte::task::spawn_local(async move { dither(&mut own).await });
                task.await.unwrap();
            }));
        }
        match random.one_in(3) {
            true => drop(set),
            false => inner.handle.block_on(set),
        }
        drop(held);
    })
    .await
    .unwrap();
}

pub(crate) async fn long_polls(place: Place, mut random: Random) {
    for _ in 0..random.range(1..5) {
        let behind = spawn(&place, async {});
        std::thread::sleep(random.micros(0..6_000));
        behind.await.unwrap();
    }
}

pub(crate) async fn self_wakers(place: Place, mut random: Random) {
    let tasks: Vec<_> = (0..random.range(1..4))
        .map(|_| {
            let length = random.micros(0..10_000);
            spawn(&place, async move {
                let began = Instant::now();
                while began.elapsed() < length {
                    yield_now().await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}
