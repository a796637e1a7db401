//! Models of the source's protocol: see the headers of `readiness` and `source`.
//!
//! Mutant: `--cfg vitte_mutant="clear_ignores_tick"` removes step 4's comparison, and
//! `clear_does_not_erase_a_newer_event` then finds the lost event. Another one, by hand: in
//! `Source::poll_event_slow`, look at the word instead of recording in it that the task waits. Then
//! `a_waker_that_is_kept_is_woken_by_each_event` deadlocks.

use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use loom::future::block_on;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;
use vitte_context::block;
use vitte_context::defer::SelfDefer;

use super::direction::Direction;
use super::readiness::ReadyEvent;
use super::source::Source;
use crate::io::{Interest, Ready};
use crate::sys::Arming;

fn source() -> Arc<Source> {
    Arc::new(Source::new(Arming::none()))
}

#[test]
fn loom_clear_does_not_erase_a_newer_event() {
    loom::model(|| {
        let source = source();
        // What a socket's queue would hold.
        let bytes = Arc::new(AtomicUsize::new(1));
        source.dispatch(Ready::READABLE);
        let kernel = {
            let (source, bytes) = (source.clone(), bytes.clone());
            thread::spawn(move || {
                bytes.fetch_add(1, Ordering::SeqCst);
                source.dispatch(Ready::READABLE);
            })
        };
        // Reads until it has both, as `poll_io` does.
        let mut read = 0;
        while read < 2 {
            let event = block_on(poll_fn(|cx| source.poll_event(cx, Direction::Read)));
            match bytes.swap(0, Ordering::SeqCst) {
                0 => source.clear(event),
                count => read += count,
            }
        }
        kernel.join().unwrap();
    });
}

/// A poll like that of one of vitte's tasks, whose waker the source keeps when it is woken.
fn poll_as_task(source: &Source, cx: &mut Context<'_>) -> Poll<ReadyEvent> {
    let before = block::begin_poll(1, cx.waker(), SelfDefer::No);
    let polled = source.poll_event(cx, Direction::Read);
    block::end_poll(&before);
    polled
}

#[test]
fn loom_a_waker_that_is_kept_is_woken_by_each_event() {
    loom::model(|| {
        let source = source();
        let bytes = Arc::new(AtomicUsize::new(0));
        let kernel = {
            let (source, bytes) = (source.clone(), bytes.clone());
            thread::spawn(move || {
                for _ in 0..2 {
                    bytes.fetch_add(1, Ordering::SeqCst);
                    source.dispatch(Ready::READABLE);
                }
            })
        };
        // One waker for all waits.
        block_on(async {
            let mut read = 0;
            while read < 2 {
                let event = poll_fn(|cx| poll_as_task(&source, cx)).await;
                // Without looking at an empty queue first, as after a short read.
                read += bytes.swap(0, Ordering::SeqCst);
                source.clear(event);
            }
        });
        kernel.join().unwrap();
    });
}

#[test]
fn loom_of_two_tasks_that_wait_for_one_direction_the_last_is_woken() {
    loom::model(|| {
        let source = source();
        let first = {
            let source = source.clone();
            thread::spawn(move || {
                let mut cx = Context::from_waker(Waker::noop());
                let _ = poll_as_task(&source, &mut cx);
            })
        };
        first.join().unwrap();
        let kernel = {
            let source = source.clone();
            thread::spawn(move || source.dispatch(Ready::READABLE))
        };
        let event = block_on(poll_fn(|cx| poll_as_task(&source, cx)));
        assert!(event.ready.is_readable());
        kernel.join().unwrap();
    });
}

#[test]
fn loom_event_wakes_the_poller() {
    loom::model(|| {
        let source = source();
        let kernel = {
            let source = source.clone();
            thread::spawn(move || source.dispatch(Ready::READABLE))
        };
        let event = block_on(poll_fn(|cx| source.poll_event(cx, Direction::Read)));
        assert!(event.ready.is_readable());
        kernel.join().unwrap();
    });
}

#[test]
fn loom_event_wakes_the_future() {
    loom::model(|| {
        let source = source();
        let kernel = {
            let source = source.clone();
            thread::spawn(move || source.dispatch(Ready::READABLE))
        };
        let event = block_on(source.wait_for(Interest::READABLE));
        assert!(event.ready.is_readable());
        kernel.join().unwrap();
    });
}

#[test]
fn loom_shutdown_survives_a_concurrent_clear() {
    loom::model(|| {
        let source = source();
        source.dispatch(Ready::READABLE);
        let event = source.event(Interest::READABLE);
        let stopper = {
            let source = source.clone();
            thread::spawn(move || source.shutdown())
        };
        source.clear(event);
        let event = block_on(source.wait_for(Interest::READABLE));
        assert!(event.is_shutdown);
        stopper.join().unwrap();
    });
}
