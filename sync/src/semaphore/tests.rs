use std::panic::catch_unwind;
use std::sync::Arc;

use super::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use crate::TryAcquireError;
use crate::test_support::{TestTask, assert_pending, assert_ready};

#[test]
fn a_dropped_permit_wakes_who_waits() {
    let semaphore = Semaphore::new(1);
    let permit = semaphore.try_acquire().unwrap();
    let mut waiting = TestTask::new(semaphore.acquire());
    assert_pending!(waiting.poll());
    drop(permit);
    assert!(waiting.is_woken());
    let permit = assert_ready!(waiting.poll()).unwrap();
    assert_eq!(semaphore.available_permits(), 0);
    drop(permit);
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn an_owned_permit_goes_back_to_its_semaphore() {
    let semaphore = Arc::new(Semaphore::new(3));
    let mut many = TestTask::new(semaphore.clone().acquire_many_owned(2));
    let many = assert_ready!(many.poll()).unwrap();
    let one = semaphore.clone().try_acquire_owned().unwrap();
    assert_eq!(
        semaphore.clone().try_acquire_owned().err(),
        Some(TryAcquireError::NoPermits)
    );
    drop((many, one));
    assert_eq!(semaphore.available_permits(), 3);
}

#[test]
fn split_refuses_more_than_there_are() {
    let semaphore = Semaphore::new(3);
    let mut permit = semaphore.try_acquire_many(3).unwrap();
    assert!(permit.split(4).is_none());
    assert_eq!(permit.num_permits(), 3);
    drop(permit.split(2));
    assert_eq!(semaphore.available_permits(), 2);
}

#[test]
fn permits_of_two_semaphores_do_not_merge() {
    let (left, right) = (Arc::new(Semaphore::new(1)), Arc::new(Semaphore::new(1)));
    let mut permit = left.clone().try_acquire_owned().unwrap();
    let other = right.clone().try_acquire_owned().unwrap();
    let panic = catch_unwind(std::panic::AssertUnwindSafe(|| permit.merge(other)));
    assert!(panic.is_err());
    assert_eq!(right.available_permits(), 1);
    assert_eq!(left.available_permits(), 0);
}

#[test]
fn blocking_acquire_waits_for_another_thread() {
    let semaphore = Arc::new(Semaphore::new(0));
    let waiting = semaphore.clone();
    let thread = std::thread::spawn(move || waiting.blocking_acquire_many(2).map(|p| p.forget()));
    semaphore.add_permits(2);
    assert!(thread.join().unwrap().is_ok());
    assert_eq!(semaphore.available_permits(), 0);
}

#[test]
fn semaphores_and_permits_are_send_and_sync() {
    fn check<T: Send + Sync + Unpin>() {}
    check::<Semaphore>();
    check::<SemaphorePermit<'_>>();
    check::<OwnedSemaphorePermit>();
    fn check_value<T: Send + Sync>(_: T) {}
    let semaphore = Semaphore::new(0);
    check_value(semaphore.acquire());
}
