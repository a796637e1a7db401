//! Models of the list: leaving, being released, and being notified, all at once.
//!
//! Mutant: in `release_all`, call `release` before `take_waker`. The owner may then free the
//! waiter while its waker is being taken, and
//! `a_waiter_may_be_freed_once_it_was_told` reports the concurrent access.

use std::pin::{Pin, pin};

use loom::future::block_on;
use loom::thread;
use vitte_context::primitive::atomic::AtomicBool;
use vitte_context::primitive::atomic::Ordering::{Acquire, Release};
use vitte_context::primitive::{Arc, Mutex, lock};
use vitte_context::wakers::PreparedWaker;

use super::{WaitList, Waiter, release_all};

type List = Mutex<WaitList<AtomicBool>>;

fn release(list: &List) {
    let guard = lock(list);
    release_all(list, guard, |list| list, |told| told.store(true, Release));
}

/// Waits until notified; the smallest primitive that the list serves.
async fn wait(list: &List) {
    let waiter = pin!(Waiter::new(AtomicBool::new(false)));
    let waiter = waiter.as_ref();
    let guard = Leave { list, waiter };
    let mut is_queued = false;
    std::future::poll_fn(|cx| {
        if waiter.payload().load(Acquire) {
            // SAFETY: notified, hence not shared any more.
            drop(unsafe { waiter.take_waker() });
            return std::task::Poll::Ready(());
        }
        let mut prepared = PreparedWaker::new(cx.waker());
        let mut list = lock(list);
        // SAFETY: the lock is held.
        let _old = unsafe { waiter.get_ref().update_waker(&mut prepared) };
        if !is_queued {
            is_queued = true;
            // SAFETY: in no list; `Leave` removes it.
            unsafe { list.push_back(waiter) };
        } else if waiter.payload().load(Acquire) {
            return std::task::Poll::Ready(());
        }
        std::task::Poll::Pending
    })
    .await;
    drop(guard);
}

struct Leave<'a> {
    list: &'a List,
    waiter: Pin<&'a Waiter<AtomicBool>>,
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if !self.waiter.payload().load(Acquire) {
            // SAFETY: in this list, in a ring detached from it, or in none.
            unsafe { lock(self.list).remove(self.waiter) };
        }
    }
}

#[test]
fn loom_a_waiter_may_be_freed_once_it_was_told() {
    loom::model(|| {
        let list: Arc<List> = Arc::new(Mutex::new(WaitList::new()));
        let releaser = list.clone();
        let thread = thread::spawn(move || {
            while lock(&releaser).is_empty() {
                thread::yield_now();
            }
            release(&releaser);
        });
        block_on(wait(&list));
        thread.join().unwrap();
        assert!(lock(&list).is_empty());
    });
}

#[test]
fn loom_waiters_leave_a_ring_between_batches() {
    loom::model(|| {
        let list: Arc<List> = Arc::new(Mutex::new(WaitList::new()));
        let waiters: [Arc<Waiter<AtomicBool>>; 3] =
            std::array::from_fn(|_| Arc::new(Waiter::new(AtomicBool::new(false))));
        for waiter in &waiters {
            // SAFETY: behind an `Arc` that outlives the list's use of it.
            let waiter = unsafe { Pin::new_unchecked(&**waiter) };
            // SAFETY: no other thread knows the waiter.
            let _ = unsafe {
                waiter
                    .get_ref()
                    .set_waker(Some(std::task::Waker::noop().clone()))
            };
            // SAFETY: in no list; removed or popped before the model ends.
            unsafe { lock(&list).push_back(waiter) };
        }
        let (other, leaver) = (list.clone(), waiters[2].clone());
        let thread = thread::spawn(move || {
            // SAFETY: pinned behind the `Arc`.
            let leaver = unsafe { Pin::new_unchecked(&*leaver) };
            // SAFETY: in this list, in a ring detached from it, or in none.
            let was_linked = unsafe { lock(&other).remove(leaver) };
            assert_eq!(was_linked, !leaver.payload().load(Acquire));
        });
        release(&list);
        thread.join().unwrap();
        assert!(
            waiters[..2]
                .iter()
                .all(|waiter| waiter.payload().load(Acquire))
        );
        assert!(lock(&list).is_empty());
    });
}
