use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::Waker;

use vitte_context::primitive::plain::Mutex;
use vitte_context::wakers::PreparedWaker;

use super::{WaitList, Waiter, WakeList, release_all};
use crate::test_support::{CallingWaker, PanickingWaker, WakeCounter};

/// A waiter that lives forever, which satisfies `push_back`. A static refers to it, so that it is
/// not reported as a leak.
fn leaked(payload: u32) -> Pin<&'static Waiter<u32>> {
    static KNOWN: Mutex<Vec<usize>> = Mutex::new(Vec::new());
    let waiter = Box::leak(Box::new(Waiter::new(payload)));
    KNOWN
        .lock()
        .unwrap()
        .push(std::ptr::from_ref(waiter).addr());
    Pin::static_ref(waiter)
}

fn push(list: &mut WaitList<u32>, payload: u32) -> Pin<&'static Waiter<u32>> {
    let waiter = leaked(payload);
    // SAFETY: new, hence in no list, and leaked, hence alive forever.
    unsafe { list.push_back(waiter) };
    waiter
}

fn drain(list: &mut WaitList<u32>) -> Vec<u32> {
    std::iter::from_fn(|| list.pop_front().map(|waiter| *waiter.payload())).collect()
}

fn set_waker(waiter: Pin<&Waiter<u32>>, waker: Waker) {
    // SAFETY: no other thread knows the waiter.
    let _ = unsafe { waiter.get_ref().set_waker(Some(waker)) };
}

#[test]
fn waiters_leave_in_the_order_in_which_they_came() {
    let mut list = WaitList::new();
    for payload in 0..5 {
        push(&mut list, payload);
    }
    assert_eq!(drain(&mut list), [0, 1, 2, 3, 4]);
    assert!(list.is_empty());
}

#[test]
fn pop_back_takes_the_newest() {
    let mut list = WaitList::new();
    for payload in 0..3 {
        push(&mut list, payload);
    }
    assert_eq!(list.pop_back().map(|waiter| *waiter.payload()), Some(2));
    assert_eq!(drain(&mut list), [0, 1]);
}

#[test]
fn any_waiter_can_leave_and_only_once() {
    for left_out in 0..4 {
        let mut list = WaitList::new();
        let waiters: Vec<_> = (0..4).map(|payload| push(&mut list, payload)).collect();
        // SAFETY: in this list, then in none.
        assert!(unsafe { list.remove(waiters[left_out as usize]) });
        // SAFETY: as above.
        assert!(!unsafe { list.remove(waiters[left_out as usize]) });
        let rest: Vec<u32> = (0..4).filter(|&payload| payload != left_out).collect();
        assert_eq!(drain(&mut list), rest);
    }
}

#[test]
fn a_waiter_that_was_removed_can_queue_again() {
    let mut list = WaitList::new();
    let first = push(&mut list, 1);
    push(&mut list, 2);
    // SAFETY: in this list.
    assert!(unsafe { list.remove(first) });
    // SAFETY: in no list any more, and leaked.
    unsafe { list.push_back(first) };
    assert_eq!(drain(&mut list), [2, 1]);
}

#[test]
fn update_waker_keeps_a_waker_of_the_same_task() {
    let waiter = leaked(0);
    let counter = WakeCounter::new();
    let waker = Waker::from(counter.clone());
    // SAFETY: no other thread knows the waiter.
    assert!(unsafe { waiter.update_waker(&mut PreparedWaker::new(&waker)) }.is_none());
    let references = Arc::strong_count(&counter);
    // SAFETY: as above.
    assert!(unsafe { waiter.update_waker(&mut PreparedWaker::new(&waker)) }.is_none());
    assert_eq!(Arc::strong_count(&counter), references);
    let other = Waker::from(WakeCounter::new());
    // SAFETY: as above.
    let previous = unsafe { waiter.update_waker(&mut PreparedWaker::new(&other)) };
    assert!(previous.is_some_and(|previous| previous.will_wake(&waker)));
}

#[test]
fn wake_list_wakes_all_although_one_panics() {
    let counter = WakeCounter::new();
    let mut wakers = WakeList::new();
    wakers.push(Waker::from(counter.clone()));
    wakers.push(PanickingWaker::waker());
    wakers.push(PanickingWaker::waker());
    wakers.push(Waker::from(counter.clone()));
    assert!(catch_unwind(AssertUnwindSafe(|| wakers.wake_all().resume())).is_err());
    assert_eq!(counter.count(), 2);
    wakers.wake_all().resume();
    assert_eq!(counter.count(), 2);
}

#[test]
fn wake_list_drops_what_it_did_not_wake() {
    let counter = WakeCounter::new();
    let mut wakers = WakeList::new();
    wakers.push(Waker::from(counter.clone()));
    drop(wakers);
    assert_eq!(counter.count(), 0);
    assert_eq!(Arc::strong_count(&counter), 1);
}

#[test]
fn release_all_wakes_more_than_a_batch() {
    let mutex = Mutex::new(WaitList::new());
    let counter = WakeCounter::new();
    let mut list = mutex.lock().unwrap();
    for payload in 0..100 {
        set_waker(push(&mut list, payload), Waker::from(counter.clone()));
    }
    let released = Mutex::new(Vec::new());
    let release = |payload: &u32| released.lock().unwrap().push(*payload);
    release_all(&mutex, list, |list| list, release);
    assert_eq!(counter.count(), 100);
    assert_eq!(*released.lock().unwrap(), (0..100).collect::<Vec<_>>());
}

#[test]
fn release_all_leaves_those_who_come_meanwhile() {
    let mutex = Arc::new(Mutex::new(WaitList::new()));
    let newcomer = Arc::new(AtomicBool::new(false));
    let mut list = mutex.lock().unwrap();
    let waker = CallingWaker::waker({
        let (mutex, newcomer) = (mutex.clone(), newcomer.clone());
        move || {
            // Woken, or dropped, with the lock released: this would deadlock otherwise.
            let mut list = mutex.lock().unwrap();
            if !newcomer.swap(true, SeqCst) {
                push(&mut list, 7);
            }
        }
    });
    set_waker(push(&mut list, 0), waker);
    for payload in 1..50 {
        set_waker(push(&mut list, payload), Waker::noop().clone());
    }
    release_all(&mutex, list, |list| list, |_| ());
    assert_eq!(drain(&mut mutex.lock().unwrap()), [7]);
}

#[test]
fn waiters_can_leave_while_they_are_released() {
    let mutex = Arc::new(Mutex::new(WaitList::new()));
    let mut list = mutex.lock().unwrap();
    let first = push(&mut list, 0);
    let waiters: Vec<_> = (1..100).map(|payload| push(&mut list, payload)).collect();
    for &waiter in &waiters {
        set_waker(waiter, Waker::noop().clone());
    }
    let leavers = [waiters[60], waiters[98], waiters[97]];
    let waker = CallingWaker::waker({
        let mutex = mutex.clone();
        move || {
            let mut list = mutex.lock().unwrap();
            for leaver in leavers {
                // SAFETY: in the ring detached from this list, or in none.
                unsafe { list.remove(leaver) };
            }
        }
    });
    set_waker(first, waker);
    let released = Mutex::new(Vec::new());
    let release = |payload: &u32| released.lock().unwrap().push(*payload);
    release_all(&mutex, list, |list| list, release);
    let rest: Vec<u32> = (0..100)
        .filter(|payload| ![61, 99, 98].contains(payload))
        .collect();
    assert_eq!(*released.lock().unwrap(), rest);
}

#[test]
fn release_all_releases_everybody_although_wakers_panic() {
    let mutex = Mutex::new(WaitList::new());
    let counter = WakeCounter::new();
    let mut list = mutex.lock().unwrap();
    for payload in 0..100 {
        let waker = match payload % 3 {
            0 => PanickingWaker::waker(),
            _ => Waker::from(counter.clone()),
        };
        set_waker(push(&mut list, payload), waker);
    }
    let call = || release_all(&mutex, list, |list| list, |_| ());
    assert!(catch_unwind(AssertUnwindSafe(call)).is_err());
    assert_eq!(counter.count(), 66);
    assert!(mutex.lock().unwrap().is_empty());
}
