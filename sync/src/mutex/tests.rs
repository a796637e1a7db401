use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::{
    MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard, TryLockError,
};
use crate::test_support::{TestTask, assert_pending, assert_ready};

#[test]
fn unlocking_wakes_the_task_that_has_waited_longest() {
    let mutex = Mutex::new(1);
    let guard = mutex.try_lock().unwrap();
    let mut first = TestTask::new(mutex.lock());
    let mut second = TestTask::new(mutex.lock());
    assert_pending!(first.poll());
    assert_pending!(second.poll());
    drop(guard);
    assert!(first.is_woken() && !second.is_woken());
    assert!(mutex.try_lock().is_err());
    let mut guard = assert_ready!(first.poll());
    *guard += 1;
    drop(guard);
    assert!(second.is_woken());
    assert_eq!(*assert_ready!(second.poll()), 2);
}

#[test]
fn a_woken_lock_that_is_dropped_wakes_the_next() {
    let mutex = Arc::new(Mutex::new(()));
    let guard = mutex.clone().try_lock_owned().unwrap();
    let mut first = TestTask::new(mutex.lock());
    let mut second = TestTask::new(mutex.clone().lock_owned());
    assert_pending!(first.poll());
    assert_pending!(second.poll());
    drop(guard);
    drop(first);
    assert!(second.is_woken());
    drop(assert_ready!(second.poll()));
    assert!(mutex.try_lock().is_ok());
}

#[test]
fn a_panic_unlocks() {
    let mutex = Mutex::new(0);
    let locked = catch_unwind(AssertUnwindSafe(|| {
        let _guard = mutex.try_lock();
        panic!("while locked");
    }));
    assert!(locked.is_err());
    assert!(mutex.try_lock().is_ok());
}

#[test]
fn mapped_guards_hold_the_lock() {
    let mutex = Arc::new(Mutex::new((vec![1, 2], 3)));
    let guard = MutexGuard::map(mutex.try_lock().unwrap(), |pair| &mut pair.0);
    let guard = MappedMutexGuard::try_map(guard, |list| list.get_mut(5)).unwrap_err();
    let mut guard = MappedMutexGuard::map(guard, |list| &mut list[1]);
    *guard = 7;
    assert!(mutex.try_lock().is_err());
    drop(guard);

    let guard = OwnedMutexGuard::map(mutex.clone().try_lock_owned().unwrap(), |pair| &mut pair.0);
    let guard = OwnedMappedMutexGuard::try_map(guard, |list| list.get_mut(1)).unwrap();
    assert_eq!(*guard, 7);
    assert!(mutex.try_lock().is_err());
    drop(guard);
    assert_eq!(Arc::into_inner(mutex).unwrap().into_inner().0, [1, 7]);
}

#[test]
fn a_panic_in_map_unlocks() {
    let mutex = Mutex::new(1);
    let guard = mutex.try_lock().unwrap();
    let mapped = catch_unwind(AssertUnwindSafe(|| {
        drop(MutexGuard::map(guard, |_| -> &mut i32 { panic!("in map") }));
    }));
    assert!(mapped.is_err());
    assert!(mutex.try_lock().is_ok());
}

#[test]
fn debug_shows_the_value_unless_locked() {
    let mutex = Mutex::new(1);
    assert_eq!(format!("{mutex:?}"), "Mutex { data: 1 }");
    let guard = mutex.try_lock().unwrap();
    assert_eq!(format!("{mutex:?}"), "Mutex { data: <locked> }");
    assert_eq!(format!("{guard:?} {guard}"), "1 1");
    assert_eq!(TryLockError(()).to_string(), "operation would block");
}

#[test]
fn threads_take_turns() {
    let mutex = Mutex::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    let mut guard = mutex.blocking_lock();
                    *guard += 1;
                }
            });
        }
    });
    assert_eq!(*mutex.try_lock().unwrap(), 4000);
}

#[test]
fn mutexes_of_unsized_values_can_be_locked() {
    let mutex: Arc<Mutex<[i32]>> = Arc::new(Mutex::new([1, 2, 3]));
    mutex.try_lock().unwrap()[0] = 5;
    let guard = OwnedMutexGuard::map(mutex.try_lock_owned().unwrap(), |list| &mut list[..1]);
    assert_eq!(*guard, [5]);
}
