use std::sync::Arc;

use super::{SetOnce, SetOnceError};
use crate::test_support::{TestTask, assert_pending, assert_ready};

#[test]
fn set_wakes_all_who_wait() {
    let cell = SetOnce::new();
    let mut first = TestTask::new(cell.wait());
    let mut second = TestTask::new(cell.wait());
    let mut dropped = TestTask::new(cell.wait());
    assert_pending!(first.poll());
    assert_pending!(second.poll());
    assert_pending!(dropped.poll());
    drop(dropped);
    assert_eq!(cell.set(1), Ok(()));
    assert!(first.is_woken() && second.is_woken());
    assert_eq!(assert_ready!(first.poll()), &1);
    assert_eq!(assert_ready!(second.poll()), &1);
    assert_eq!(cell.set(2), Err(SetOnceError(2)));
    assert_eq!(assert_ready!(TestTask::new(cell.wait()).poll()), &1);
}

#[test]
fn values_are_dropped_once() {
    let value = Arc::new(());
    let cell = SetOnce::new_with(Some(value.clone()));
    drop(cell.clone());
    assert_eq!(Arc::strong_count(&value), 2);
    assert!(cell.into_inner().is_some());
    assert_eq!(Arc::strong_count(&value), 1);
    drop(SetOnce::from(value.clone()));
    assert_eq!(Arc::strong_count(&value), 1);
    assert_eq!(SetOnce::<u8>::new().into_inner(), None);
}

#[test]
fn one_of_several_setters_wins() {
    for _ in 0..50 {
        let cell = SetOnce::new();
        let wins: usize = std::thread::scope(|scope| {
            let set = |value| {
                scope.spawn({
                    let cell = &cell;
                    move || cell.set(value).is_ok()
                })
            };
            let setters: Vec<_> = (0..3).map(set).collect();
            let value = *vitte_context::park::block_on(cell.wait());
            assert_eq!(cell.get(), Some(&value));
            setters
                .into_iter()
                .filter_map(|setter| setter.join().ok())
                .filter(|&won| won)
                .count()
        });
        assert_eq!(wins, 1);
    }
}

#[test]
fn cells_compare_and_print_by_value() {
    let cell = SetOnce::from(1);
    assert_eq!(cell, SetOnce::new_with(Some(1)));
    assert_ne!(cell, SetOnce::default());
    assert_eq!(format!("{cell:?}"), "SetOnce { value: Some(1) }");
}
