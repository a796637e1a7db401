//! Models of the source's protocol: see the headers of `readiness` and `source`.
//!
//! Mutant: `--cfg vitte_mutant="clear_ignores_tick"` removes step 4's comparison, and
//! `clear_does_not_erase_a_newer_event` then finds the lost event.

use std::future::poll_fn;

use loom::future::block_on;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::source::{Direction, Source};
use crate::io::{Interest, Ready};
use crate::sys::Selector;

fn source() -> (Arc<Source>, std::sync::Arc<Selector>) {
    let selector = std::sync::Arc::new(Selector::new().unwrap());
    (Arc::new(Source::new(-1, Interest::READABLE, 0)), selector)
}

#[test]
fn loom_clear_does_not_erase_a_newer_event() {
    loom::model(|| {
        let (source, selector) = source();
        // What a socket's queue would hold.
        let bytes = Arc::new(AtomicUsize::new(1));
        source.dispatch(Ready::READABLE, &selector);
        let kernel = {
            let (source, selector, bytes) = (source.clone(), selector.clone(), bytes.clone());
            thread::spawn(move || {
                bytes.fetch_add(1, Ordering::SeqCst);
                source.dispatch(Ready::READABLE, &selector);
            })
        };
        // Reads until it has both, as `poll_io` does.
        let mut read = 0;
        while read < 2 {
            let event = block_on(poll_fn(|cx| source.poll_ready(cx, Direction::Read)));
            match bytes.swap(0, Ordering::SeqCst) {
                0 => source.clear(event, &selector),
                count => read += count,
            }
        }
        kernel.join().unwrap();
    });
}

#[test]
fn loom_event_wakes_the_poller() {
    loom::model(|| {
        let (source, selector) = source();
        let kernel = {
            let (source, selector) = (source.clone(), selector.clone());
            thread::spawn(move || source.dispatch(Ready::READABLE, &selector))
        };
        let event = block_on(poll_fn(|cx| source.poll_ready(cx, Direction::Read)));
        assert!(event.ready.is_readable());
        kernel.join().unwrap();
    });
}

#[test]
fn loom_event_wakes_the_future() {
    loom::model(|| {
        let (source, selector) = source();
        let kernel = {
            let (source, selector) = (source.clone(), selector.clone());
            thread::spawn(move || source.dispatch(Ready::READABLE, &selector))
        };
        let event = block_on(source.ready(Interest::READABLE));
        assert!(event.ready.is_readable());
        kernel.join().unwrap();
    });
}

#[test]
fn loom_shutdown_survives_a_concurrent_clear() {
    loom::model(|| {
        let (source, selector) = source();
        source.dispatch(Ready::READABLE, &selector);
        let event = source.event(Interest::READABLE);
        let stopper = {
            let source = source.clone();
            thread::spawn(move || source.shutdown())
        };
        source.clear(event, &selector);
        let event = block_on(source.ready(Interest::READABLE));
        assert!(event.is_shutdown);
        stopper.join().unwrap();
    });
}
