use std::future::{pending, ready};
use std::sync::Arc;

use super::{OnceCell, SetError};
use crate::test_support::{TestTask, assert_pending, assert_ready};

#[test]
fn others_wait_for_the_first_and_get_its_value() {
    let cell = OnceCell::new();
    let turn = crate::Semaphore::new(0);
    let mut first = TestTask::new(cell.get_or_init(|| async {
        let _permit = turn.acquire().await;
        1
    }));
    let mut second = TestTask::new(cell.get_or_init(|| ready(2)));
    assert_pending!(first.poll());
    assert_pending!(second.poll());
    assert_eq!(cell.set(3), Err(SetError::InitializingError(3)));
    turn.add_permits(1);
    assert_eq!(assert_ready!(first.poll()), &1);
    assert!(second.is_woken());
    assert_eq!(assert_ready!(second.poll()), &1);
    assert_eq!(cell.set(4), Err(SetError::AlreadyInitializedError(4)));
}

#[test]
fn the_next_one_tries_when_the_first_fails_or_is_dropped() {
    let cell = OnceCell::new();
    let mut dropped = TestTask::new(cell.get_or_init(pending));
    assert_pending!(dropped.poll());
    let mut failing = TestTask::new(cell.get_or_try_init(|| ready(Err("no"))));
    let mut last = TestTask::new(cell.get_or_init(|| ready(1)));
    assert_pending!(failing.poll());
    assert_pending!(last.poll());
    drop(dropped);
    assert!(failing.is_woken() && !last.is_woken());
    assert_eq!(assert_ready!(failing.poll()), Err("no"));
    assert!(last.is_woken());
    assert_eq!(assert_ready!(last.poll()), &1);
}

#[test]
fn values_are_dropped_once() {
    let value = Arc::new(());
    let mut cell = OnceCell::new_with(Some(value.clone()));
    drop(cell.clone());
    assert_eq!(Arc::strong_count(&value), 2);
    assert!(cell.take().is_some());
    assert_eq!(Arc::strong_count(&value), 1);
    assert!(cell.set(value.clone()).is_ok());
    drop(cell);
    assert_eq!(Arc::strong_count(&value), 1);
    assert!(OnceCell::from(value.clone()).into_inner().is_some());
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn cells_compare_and_print_by_value() {
    let mut cell = OnceCell::new_with(Some(1));
    assert_eq!(cell, OnceCell::from(1));
    assert_ne!(cell, OnceCell::new());
    assert_eq!(format!("{cell:?}"), "OnceCell { value: Some(1) }");
    *cell.get_mut().unwrap() = 2;
    assert_eq!(cell.get(), Some(&2));
}
