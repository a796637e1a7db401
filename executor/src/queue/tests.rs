use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};

use vitte_context::choose::SplitMix;

use super::*;

#[test]
fn tasks_come_out_in_the_order_they_went_in() {
    let (local, _stealer) = ring::<usize>();
    for n in 1..=CAPACITY {
        local.push(n).unwrap();
    }
    assert_eq!(local.push(1), Err(1));
    for n in 1..=CAPACITY {
        assert_eq!(local.pop(), Some(n));
    }
    assert_eq!(local.pop(), None);
}

#[test]
fn a_thief_takes_half_rounded_up_and_runs_the_last() {
    let (local, stealer) = ring::<usize>();
    let (thief, _) = ring::<usize>();
    for n in 1..=5 {
        local.push(n).unwrap();
    }
    assert_eq!(stealer.steal_into(&thief), Some(3));
    assert_eq!(
        (thief.pop(), thief.pop(), thief.pop()),
        (Some(1), Some(2), None)
    );
    assert_eq!(
        (local.pop(), local.pop(), local.pop()),
        (Some(4), Some(5), None)
    );
}

#[test]
fn a_full_thief_takes_nothing() {
    let (local, stealer) = ring::<usize>();
    let (thief, _) = ring::<usize>();
    local.push(1).unwrap();
    for n in 0..=CAPACITY / 2 {
        thief.push(n + 10).unwrap();
    }
    assert_eq!(stealer.steal_into(&thief), None);
    assert_eq!(local.len(), 1);
}

#[test]
fn random_operations_agree_with_a_deque() {
    for seed in 0..50 {
        let mut random = SplitMix::new(seed);
        let (local, stealer) = ring::<usize>();
        let (thief, _) = ring::<usize>();
        let mut model = VecDeque::new();
        let mut next = 1;
        for step in 0..5_000 {
            let at = || format!("seed {seed}, step {step}");
            match random.next_u64() % 8 {
                0..4 => match local.push(next) {
                    Ok(()) => {
                        model.push_back(next);
                        next += 1;
                    }
                    Err(_) => {
                        assert_eq!(model.len(), CAPACITY, "{}", at());
                        local.drain_half(|n| assert_eq!(Some(n), model.pop_front(), "{}", at()));
                        assert_eq!(model.len(), CAPACITY / 2, "{}", at());
                    }
                },
                4..7 => assert_eq!(local.pop(), model.pop_front(), "{}", at()),
                _ => {
                    let count = model.len() - model.len() / 2;
                    let stolen = stealer.steal_into(&thief);
                    let mut expected: Vec<_> = model.drain(..count).collect();
                    assert_eq!(stolen, expected.pop(), "{}", at());
                    for n in expected {
                        assert_eq!(thief.pop(), Some(n), "{}", at());
                    }
                }
            }
        }
    }
}

#[test]
fn every_task_is_taken_once_under_contention() {
    const TASKS: usize = 200_000;
    let (local, stealer) = ring::<usize>();
    let done = AtomicBool::new(false);
    let mut taken = std::thread::scope(|scope| {
        let thief = || {
            let (own, _) = ring::<usize>();
            let mut taken = Vec::new();
            while !done.load(Ordering::Acquire) || !stealer.is_empty() {
                taken.extend(stealer.steal_into(&own));
                taken.extend(std::iter::from_fn(|| own.pop()));
            }
            taken
        };
        let thieves: Vec<_> = (0..3).map(|_| scope.spawn(thief)).collect();
        let mut taken = Vec::new();
        for n in 1..=TASKS {
            let mut entry = n;
            while let Err(full) = local.push(entry) {
                entry = full;
                local.drain_half(|n| taken.push(n));
            }
            if n % 7 == 0 {
                taken.extend(local.pop());
            }
        }
        done.store(true, Ordering::Release);
        for thief in thieves {
            taken.extend(thief.join().unwrap());
        }
        taken
    });
    taken.sort_unstable();
    assert_eq!(taken, (1..=TASKS).collect::<Vec<_>>());
}
