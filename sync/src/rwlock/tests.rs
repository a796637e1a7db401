use std::panic::catch_unwind;
use std::sync::Arc;

use super::{
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard,
};
use crate::test_support::{TestTask, assert_pending, assert_ready};

#[test]
fn readers_share_and_writers_do_not() {
    let lock = RwLock::new(1);
    let first = lock.try_read().unwrap();
    let second = assert_ready!(TestTask::new(lock.read()).poll());
    let mut writer = TestTask::new(lock.write());
    assert_pending!(writer.poll());
    drop(first);
    assert!(!writer.is_woken());
    drop(second);
    assert!(writer.is_woken());
    *assert_ready!(writer.poll()) += 1;
    drop(writer);
    assert_eq!(lock.into_inner(), 2);
}

#[test]
fn a_waiting_writer_holds_up_later_readers() {
    let lock = RwLock::new(());
    let reader = lock.try_read().unwrap();
    let mut writer = TestTask::new(lock.write());
    assert_pending!(writer.poll());
    assert!(lock.try_read().is_err());
    let mut later = TestTask::new(lock.read());
    assert_pending!(later.poll());
    drop(reader);
    drop(assert_ready!(writer.poll()));
    assert!(later.is_woken());
    assert!(later.poll().is_ready());
}

#[test]
fn a_writer_that_gives_up_lets_readers_in() {
    let lock = RwLock::new(());
    let _reader = lock.try_read().unwrap();
    let mut writer = TestTask::new(lock.write());
    assert_pending!(writer.poll());
    let mut later = TestTask::new(lock.read());
    assert_pending!(later.poll());
    drop(writer);
    assert!(later.is_woken());
    assert!(later.poll().is_ready());
}

#[test]
fn downgrading_lets_readers_in_but_no_writer() {
    let lock = Arc::new(RwLock::new(1));
    let writer = lock.try_write().unwrap();
    let mut reader = TestTask::new(lock.read());
    let mut next_writer = TestTask::new(lock.write());
    assert_pending!(reader.poll());
    assert_pending!(next_writer.poll());
    let downgraded = writer.downgrade();
    assert!(reader.is_woken() && !next_writer.is_woken());
    drop((downgraded, assert_ready!(reader.poll())));
    drop(assert_ready!(next_writer.poll()));

    let writer = lock.clone().try_write_owned().unwrap();
    let reader = OwnedRwLockWriteGuard::downgrade_map(writer, |value| value);
    assert!(lock.try_read().is_ok());
    assert!(lock.try_write().is_err());
    drop(reader);
    assert!(lock.try_write().is_ok());
}

#[test]
fn mapped_guards_hold_the_lock() {
    let lock = Arc::new(RwLock::new((vec![1, 2], 3)));
    let guard = RwLockWriteGuard::map(lock.try_write().unwrap(), |pair| &mut pair.0);
    let guard = RwLockMappedWriteGuard::try_map(guard, |list| list.get_mut(5)).unwrap_err();
    *RwLockMappedWriteGuard::map(guard, |list| &mut list[0]) = 7;

    let guard = lock.clone().try_write_owned().unwrap();
    let guard = OwnedRwLockWriteGuard::try_map(guard, |pair| pair.0.get_mut(1)).unwrap();
    let mut guard = OwnedRwLockMappedWriteGuard::map(guard, |item| item);
    *guard = 8;
    assert!(Arc::ptr_eq(
        OwnedRwLockMappedWriteGuard::rwlock(&guard),
        &lock
    ));
    assert!(lock.try_read().is_err());
    drop(guard);

    let guard = RwLockReadGuard::map(lock.try_read().unwrap(), |pair| &pair.0);
    let owned = OwnedRwLockReadGuard::map(lock.clone().try_read_owned().unwrap(), |p| &p.0[1]);
    assert_eq!((&guard[..], *owned), (&[7, 8][..], 8));
    assert!(lock.try_write().is_err());
    drop((guard, owned));

    let guard = lock.try_write().unwrap();
    let guard = RwLockWriteGuard::try_downgrade_map(guard, |_| None::<&u8>).unwrap_err();
    assert!(lock.try_read().is_err());
    let guard = RwLockWriteGuard::try_downgrade_map(guard, |pair| pair.0.first()).unwrap();
    assert_eq!(*guard, 7);
    assert!(lock.try_read().is_ok());
}

#[test]
fn max_readers_are_admitted() {
    let lock = RwLock::with_max_readers(0, 2);
    let _first = lock.try_read().unwrap();
    let second = lock.try_read().unwrap();
    assert!(lock.try_read().is_err());
    drop(second);
    assert!(lock.try_read().is_ok());
    assert!(catch_unwind(|| RwLock::with_max_readers((), 0)).is_err());
    assert!(catch_unwind(|| RwLock::with_max_readers((), u32::MAX)).is_err());
}

#[test]
fn debug_shows_the_value_unless_written() {
    let lock = RwLock::new(1);
    let reader = lock.try_read().unwrap();
    assert_eq!(format!("{lock:?}"), "RwLock { data: 1 }");
    drop(reader);
    let _writer = lock.try_write().unwrap();
    assert_eq!(format!("{lock:?}"), "RwLock { data: <locked> }");
}

#[test]
fn threads_see_whole_writes() {
    let lock = RwLock::new((0, 0));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let lock = &lock;
            scope.spawn(move || {
                for round in 0..1000 {
                    if (thread + round) % 2 == 0 {
                        let mut guard = lock.blocking_write();
                        guard.0 += 1;
                        guard.1 += 1;
                    } else {
                        let guard = lock.blocking_read();
                        assert_eq!(guard.0, guard.1);
                    }
                }
            });
        }
    });
    assert_eq!(*lock.try_read().unwrap(), (2000, 2000));
}

#[test]
fn locks_and_guards_are_send_and_sync() {
    fn check<T: Send + Sync + Unpin>() {}
    fn check_value<T: Send + Sync>(_: T) {}
    check::<RwLock<u32>>();
    check::<RwLockReadGuard<'_, u32>>();
    check::<OwnedRwLockReadGuard<u32, i32>>();
    check::<RwLockWriteGuard<'_, u32>>();
    check::<RwLockMappedWriteGuard<'_, u32>>();
    check::<OwnedRwLockWriteGuard<u32>>();
    check::<OwnedRwLockMappedWriteGuard<u32, i32>>();
    let lock = Arc::new(RwLock::new(0));
    check_value(lock.read());
    check_value(lock.write());
    check_value(lock.clone().read_owned());
    check_value(lock.clone().write_owned());
}
