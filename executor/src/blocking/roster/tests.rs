//! Who is called: decisions that need no second thread to be seen.

use std::cell::Cell;
use std::time::Duration;

use vitte_context::park::Parker;

use super::*;

thread_local! {
    /// What the rosters here take for the processor.
    static PROCESSOR: Cell<usize> = const { Cell::new(0) };
}

/// A roster with an idle thread per entry, which went to rest in this order on these processors.
fn at_rest<const N: usize>(processors: [usize; N]) -> (Roster<()>, [Parker; N]) {
    let mut roster = Roster::new(N, || PROCESSOR.get());
    let parkers = processors.map(|_| Parker::new());
    for _ in &parkers {
        assert!(matches!(roster.push((), JobKind::Worker), Ok(Call::New)));
        roster.started();
    }
    for (id, parker) in parkers.iter().enumerate() {
        let next = roster.next(true, id, parker.unparker());
        assert!(matches!(next, Next::Run((), JobKind::Worker, 0)));
        roster.worker_ended();
    }
    for (id, parker) in parkers.iter().enumerate() {
        PROCESSOR.set(processors[id]);
        let next = roster.next(false, id, parker.unparker());
        assert!(matches!(next, Next::Rest));
    }
    (roster, parkers)
}

/// Pushes a job on that processor, and has whoever is called do it; returns the thread's number.
fn called_from(roster: &mut Roster<()>, parkers: &[Parker], processor: usize) -> usize {
    PROCESSOR.set(processor);
    match roster.push((), JobKind::Optional) {
        Ok(Call::Idle(idle)) => idle.unpark(),
        other => panic!("{other:?}"),
    }
    let has_token = |parker: &Parker| parker.park_timeout(Duration::ZERO);
    let id = parkers.iter().position(has_token).expect("a call");
    assert_eq!(roster.wake(id, false), Woken::Called);
    let next = roster.next(true, id, parkers[id].unparker());
    assert!(matches!(next, Next::Run((), JobKind::Optional, 0)));
    id
}

#[test]
fn a_job_is_done_by_the_latest_thread_of_its_processor() {
    let (mut roster, parkers) = at_rest([1, 2, 1, 2, 3]);
    assert_eq!(called_from(&mut roster, &parkers, 1), 2);
    assert_eq!(called_from(&mut roster, &parkers, 1), 0);
    assert_eq!(called_from(&mut roster, &parkers, 2), 3);
    assert_eq!(roster.idle(), 2);
}

#[test]
fn a_job_of_a_processor_without_idle_thread_is_done_by_the_latest_of_all() {
    let (mut roster, parkers) = at_rest([1, 2, 3]);
    assert_eq!(called_from(&mut roster, &parkers, 4), 2);
    assert_eq!(called_from(&mut roster, &parkers, 4), 1);
    assert_eq!(called_from(&mut roster, &parkers, 4), 0);
}

#[test]
fn a_thread_that_moved_is_called_from_where_it_is() {
    let (mut roster, parkers) = at_rest([1, 2]);
    assert_eq!(called_from(&mut roster, &parkers, 1), 0);
    PROCESSOR.set(5);
    let next = roster.next(false, 0, parkers[0].unparker());
    assert!(matches!(next, Next::Rest));
    assert_eq!(called_from(&mut roster, &parkers, 2), 1);
    assert_eq!(called_from(&mut roster, &parkers, 5), 0);
}

#[test]
fn what_waits_for_a_busy_thread_is_run_in_the_shutdown() {
    let (mut roster, parkers) = at_rest([1]);
    assert_eq!(called_from(&mut roster, &parkers, 1), 0);
    for _ in 0..3 {
        assert!(matches!(
            roster.push((), JobKind::Optional),
            Ok(Call::Nobody)
        ));
    }
    let idle = roster.close(|| unreachable!("there is a thread of each number"));
    assert!(idle.is_some_and(|idle| idle.is_empty()));
    for _ in 0..3 {
        let next = roster.next(false, 0, parkers[0].unparker());
        assert!(matches!(next, Next::Run((), JobKind::Optional, 0)));
    }
    let next = roster.next(false, 0, parkers[0].unparker());
    assert!(matches!(next, Next::Leave));
}
