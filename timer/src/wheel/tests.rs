//! The wheel against a sorted map, from printed seeds.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::Waker;

use vitte_context::choose::SplitMix;
use vitte_context::clock::system_now;

use super::*;
use crate::moment::Moment;

fn ticks() -> Ticks {
    Ticks::starting_at(Moment::from_raw(0))
}

/// The instant at which a tick begins.
fn at(tick: u64) -> Moment {
    ticks().moment_of(tick)
}

/// A wheel with entries that live as long as it does.
struct Bench {
    wheel: Wheel,
    entries: Vec<Pin<Box<Entry>>>,
}

impl Bench {
    fn new() -> Self {
        Bench {
            wheel: Wheel::new(ticks()),
            entries: Vec::new(),
        }
    }

    /// Adds a timer and returns its number.
    fn insert(&mut self, tick: u64) -> u32 {
        let number = self.entries.len() as u32;
        let entry = Box::pin(Entry::new(number, system_now()));
        // SAFETY: the entry is new, and one thread is as good as a lock.
        unsafe { entry.arm(at(tick), Waker::noop().clone()) };
        // SAFETY: as above; the box stays in `entries` for as long as the wheel is used.
        unsafe { self.wheel.insert(NonNull::from(&*entry), tick) };
        self.entries.push(entry);
        number
    }

    fn remove(&mut self, number: u32) {
        let entry = &self.entries[number as usize];
        // SAFETY: the tests remove only what is in the wheel.
        unsafe { self.wheel.remove(NonNull::from(&**entry)) };
        // SAFETY: it was armed, and was just unlinked.
        drop(unsafe { entry.disarm() });
    }

    /// Fires one timer and returns its number and the tick at which that happened.
    fn fire_next(&mut self, now: u64) -> Option<(u64, u32)> {
        loop {
            // SAFETY: one thread is as good as a lock.
            let entry = unsafe { self.wheel.pop(now) }?;
            let tick = self.wheel.elapsed();
            // SAFETY: the entries live in `entries`.
            let number = unsafe { entry.as_ref() }.tag;
            // SAFETY: it was just unlinked.
            match unsafe { Entry::fire(entry, ticks(), tick) } {
                Ok(_waker) => return Some((tick, number)),
                // SAFETY: it is armed and in no list.
                Err(later) => unsafe { self.wheel.insert(entry, later) },
            }
        }
    }

    fn fire_all(&mut self, now: u64) -> Vec<(u64, u32)> {
        std::iter::from_fn(|| self.fire_next(now)).collect()
    }
}

/// A number of up to `bits` bits, with every length about equally likely.
fn spread(rng: &mut SplitMix, bits: u32) -> u64 {
    let length = rng.next_u64() % u64::from(bits) + 1;
    rng.next_u64() & ((1 << length) - 1)
}

/// Runs a body with seeds, printing each, so that a failure names its own.
fn with_seeds(body: impl Fn(&mut SplitMix)) {
    for seed in 0..40 {
        println!("seed {seed}");
        body(&mut SplitMix::new(seed));
    }
}

#[test]
fn timers_fire_by_deadline_and_then_by_registration() {
    with_seeds(|rng| {
        let mut bench = Bench::new();
        let mut model = BTreeMap::new();
        let mut now = 0;
        for _ in 0..2000 {
            match rng.next_u64() % 4 {
                0 | 1 => {
                    // Long enough to wrap around the top level, short enough to collide.
                    let tick = bench.wheel.elapsed() + 1 + spread(rng, 39);
                    model.insert((tick, bench.insert(tick)), ());
                }
                2 if !model.is_empty() => {
                    let nth = rng.next_u64() as usize % model.len();
                    let (&key, ()) = model.iter().nth(nth).unwrap();
                    model.remove(&key);
                    bench.remove(key.1);
                }
                _ => {
                    now += spread(rng, 38);
                    let later = model.split_off(&(now + 1, 0));
                    let expected: Vec<_> = model.into_keys().collect();
                    assert_eq!(bench.fire_all(now), expected);
                    model = later;
                }
            }
            assert_eq!(bench.wheel.len(), model.len());
            let first = model.keys().next().map(|&(tick, _)| tick);
            assert_eq!(bench.wheel.next().is_some(), first.is_some());
            assert!(bench.wheel.next() <= first);
        }
    });
}

#[test]
fn next_is_exact_while_nothing_is_cancelled() {
    with_seeds(|rng| {
        let mut bench = Bench::new();
        let mut model = BTreeMap::new();
        for _ in 0..500 {
            let tick = bench.wheel.elapsed() + 1 + spread(rng, 39);
            model.insert((tick, bench.insert(tick)), ());
            if rng.next_u64() % 3 == 0 {
                let now = bench.wheel.next().unwrap();
                assert!(!bench.fire_all(now).is_empty());
                model = model.split_off(&(now + 1, 0));
            }
            let first = model.keys().next().map(|&(tick, _)| tick);
            assert_eq!(bench.wheel.next(), first);
        }
    });
}

#[test]
fn extended_timers_fire_at_their_new_deadline_only() {
    with_seeds(|rng| {
        let mut bench = Bench::new();
        let mut model: BTreeMap<u32, u64> = BTreeMap::new();
        let mut now = 0;
        for _ in 0..2000 {
            match rng.next_u64() % 4 {
                0 | 1 => {
                    let tick = bench.wheel.elapsed() + 1 + spread(rng, 30);
                    model.insert(bench.insert(tick), tick);
                }
                2 if !model.is_empty() => {
                    let nth = rng.next_u64() as usize % model.len();
                    let (&number, tick) = model.iter_mut().nth(nth).unwrap();
                    let later = *tick + spread(rng, 30);
                    assert!(bench.entries[number as usize].extend(at(later)));
                    *tick = later;
                }
                _ => {
                    now += spread(rng, 29);
                    let mut expected: Vec<_> = model
                        .iter()
                        .map(|(&number, &tick)| (tick, number))
                        .collect();
                    expected.retain(|&(tick, _)| tick <= now);
                    expected.sort();
                    model.retain(|_, &mut tick| tick > now);
                    let mut fired = bench.fire_all(now);
                    assert!(fired.is_sorted_by_key(|&(tick, _)| tick));
                    fired.sort();
                    assert_eq!(fired, expected);
                }
            }
            assert_eq!(bench.wheel.len(), model.len());
        }
    });
}

#[test]
fn timers_added_and_removed_between_two_due_ones_do_not_disturb_them() {
    let mut bench = Bench::new();
    for _ in 0..3 {
        bench.insert(5);
    }
    assert_eq!(bench.fire_next(9), Some((5, 0)));
    bench.remove(1);
    let late = bench.insert(6);
    assert_eq!(bench.fire_all(9), [(5, 2), (6, late)]);
}

#[test]
fn clock_that_goes_backwards_fires_nothing_twice() {
    let mut bench = Bench::new();
    bench.insert(10);
    bench.insert(20);
    assert_eq!(bench.fire_all(15), [(10, 0)]);
    assert_eq!(bench.fire_all(3), []);
    assert_eq!(bench.wheel.elapsed(), 15);
    assert_eq!(bench.fire_all(20), [(20, 1)]);
}

#[test]
fn deadline_turns_of_the_top_level_ahead_fires_in_its_turn() {
    let mut bench = Bench::new();
    let turn = 1 << (DIGIT_BITS * LEVELS as u32);
    bench.insert(220 * turn + 7);
    bench.insert(turn - 1);
    assert_eq!(bench.wheel.next(), Some(turn - 1));
    assert_eq!(bench.fire_all(220 * turn), [(turn - 1, 1)]);
    assert_eq!(bench.fire_all(220 * turn + 7), [(220 * turn + 7, 0)]);
}

#[test]
fn empty_wheel_catches_up_with_the_clock() {
    let mut bench = Bench::new();
    bench.wheel.catch_up(1_000_000);
    let number = bench.insert(1_000_001);
    bench.wheel.catch_up(2_000_000);
    assert_eq!(bench.wheel.elapsed(), 1_000_000);
    assert_eq!(bench.fire_all(1_000_001), [(1_000_001, number)]);
}

#[test]
fn pop_any_empties_every_level() {
    let mut bench = Bench::new();
    for bits in 0..45 {
        bench.insert(1 << bits);
    }
    // SAFETY: one thread is as good as a lock.
    while let Some(entry) = unsafe { bench.wheel.pop_any() } {
        // SAFETY: it was just unlinked.
        drop(unsafe { Entry::close(entry, false) });
    }
    assert_eq!(bench.wheel.len(), 0);
    assert_eq!(bench.wheel.next(), None);
    assert!(
        bench
            .entries
            .iter()
            .all(|entry| entry.state() == State::Closed)
    );
}
