//! Wakes and aborts from other threads while tasks, sets and runtimes end.

use std::future::{pending, poll_fn};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Waker};
use std::time::Duration;

use vitte::task::{AbortHandle, LocalSet};
use vitte::{task, time};

use super::{Census, Dice, Round, end, rounds, some_runtime};
use crate::support::within_a_minute;

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
