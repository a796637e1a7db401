use super::Barrier;
use crate::test_support::{TestTask, assert_pending, assert_ready};

#[test]
fn the_last_to_come_leads_and_wakes_the_others() {
    let barrier = Barrier::new(3);
    for _round in 0..3 {
        let mut first = TestTask::new(barrier.wait());
        let mut second = TestTask::new(barrier.wait());
        let mut third = TestTask::new(barrier.wait());
        assert_pending!(first.poll());
        assert_pending!(first.poll());
        assert_pending!(second.poll());
        assert!(assert_ready!(third.poll()).is_leader());
        assert!(first.is_woken() && second.is_woken());
        assert!(!assert_ready!(first.poll()).is_leader());
        assert!(!assert_ready!(second.poll()).is_leader());
    }
}

#[test]
fn a_barrier_of_none_is_a_barrier_of_one() {
    let barrier = Barrier::new(0);
    assert!(assert_ready!(TestTask::new(barrier.wait()).poll()).is_leader());
    assert!(assert_ready!(TestTask::new(barrier.wait()).poll()).is_leader());
}

#[test]
fn who_leaves_stays_counted() {
    let barrier = Barrier::new(2);
    let mut leaver = TestTask::new(barrier.wait());
    assert_pending!(leaver.poll());
    drop(leaver);
    assert!(assert_ready!(TestTask::new(barrier.wait()).poll()).is_leader());
    assert_pending!(TestTask::new(barrier.wait()).poll());
}

#[test]
fn rounds_do_not_mix() {
    let barrier = Barrier::new(2);
    let mut early = TestTask::new(barrier.wait());
    assert_pending!(early.poll());
    assert!(assert_ready!(TestTask::new(barrier.wait()).poll()).is_leader());
    let mut next = TestTask::new(barrier.wait());
    assert_pending!(next.poll());
    assert!(!assert_ready!(early.poll()).is_leader());
    assert_pending!(next.poll());
}

#[test]
fn threads_meet_many_times() {
    const THREADS: usize = 4;
    let barrier = Barrier::new(THREADS);
    let meet = || {
        let wait = || vitte_context::park::block_on(barrier.wait()).is_leader();
        (0..500).filter(|_| wait()).count()
    };
    let leaders: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(meet)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or(0))
            .sum()
    });
    assert_eq!(leaders, 500);
}
