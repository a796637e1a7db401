//! The reactor on pipes and socket pairs, driven by hand.

use std::future::Future;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use vitte_context::clock;

use super::{Direction, Reactor, Registration};
use crate::io::{Interest, Ready};

const READ_WRITE: Interest = Interest::READABLE.add(Interest::WRITABLE);

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn counter() -> (Arc<Count>, Waker) {
    let count = Arc::new(Count::default());
    (count.clone(), count.into())
}

fn pair() -> (UnixStream, UnixStream) {
    let (a, b) = UnixStream::pair().unwrap();
    a.set_nonblocking(true).unwrap();
    b.set_nonblocking(true).unwrap();
    (a, b)
}

fn register(reactor: &Arc<Reactor>, fd: RawFd) -> Registration {
    Registration::with_reactor(fd, READ_WRITE, reactor.clone()).unwrap()
}

fn turn(reactor: &Reactor) {
    reactor.turn(Some(Duration::from_secs(10)));
}

#[test]
fn data_wakes_the_reader_and_is_read() {
    let reactor = Reactor::new(16).unwrap();
    let (a, mut b) = pair();
    let registration = register(&reactor, a.as_raw_fd());
    turn(&reactor);
    let (count, waker) = counter();
    let mut cx = Context::from_waker(&waker);
    let mut buffer = [0; 8];
    let mut poll = || {
        registration
            .source()
            .poll_transfer(&mut cx, Direction::Read, 8, || (&a).read(&mut buffer))
    };
    assert!(poll().is_pending());
    b.write_all(b"abc").unwrap();
    turn(&reactor);
    assert_eq!(count.0.load(Ordering::SeqCst), 1);
    assert!(matches!(poll(), Poll::Ready(Ok(3))));
    assert!(poll().is_pending());
}

#[test]
fn close_after_a_short_read_is_seen() {
    let reactor = Reactor::new(16).unwrap();
    let (a, mut b) = pair();
    let registration = register(&reactor, a.as_raw_fd());
    b.write_all(b"abc").unwrap();
    drop(b);
    turn(&reactor);
    let mut cx = Context::from_waker(Waker::noop());
    let mut buffer = [0; 8];
    let mut poll = || {
        registration
            .source()
            .poll_transfer(&mut cx, Direction::Read, 8, || (&a).read(&mut buffer))
    };
    assert!(matches!(poll(), Poll::Ready(Ok(3))));
    assert!(matches!(poll(), Poll::Ready(Ok(0))));
}

#[test]
fn every_future_is_woken() {
    let reactor = Reactor::new(16).unwrap();
    let (a, mut b) = pair();
    let registration = register(&reactor, a.as_raw_fd());
    let (count, waker) = counter();
    let mut cx = Context::from_waker(&waker);
    let mut waits: Vec<_> = (0..40)
        .map(|_| Box::pin(registration.source().ready(Interest::READABLE)))
        .collect();
    for wait in &mut waits {
        assert!(wait.as_mut().poll(&mut cx).is_pending());
    }
    // One that gives up must not take another's place.
    drop(waits.remove(3));
    b.write_all(b"x").unwrap();
    while count.0.load(Ordering::SeqCst) < waits.len() {
        turn(&reactor);
    }
    for wait in &mut waits {
        let Poll::Ready(Ok(event)) = wait.as_mut().poll(&mut cx) else {
            panic!("not ready");
        };
        assert_eq!(event.ready, Ready::READABLE);
    }
}

#[test]
fn unpark_ends_the_next_turn() {
    let reactor = Reactor::new(16).unwrap();
    let before = clock::system_now();
    for _ in 0..3 {
        reactor.unpark();
        reactor.unpark();
        reactor.turn(None);
    }
    assert!(clock::system_now() - before < Duration::from_secs(5));
}

/// Whether a turn lasts that long, at least once in a few attempts: the signals of other tests end
/// turns too.
fn turn_lasts(timeout: Duration, mut attempt: impl FnMut() -> Arc<Reactor>) -> bool {
    (0..20).any(|_| {
        let reactor = attempt();
        let before = clock::system_now();
        reactor.turn(Some(timeout));
        clock::system_now() - before >= timeout
    })
}

#[test]
fn short_timeouts_are_not_rounded_to_nothing() {
    let reactor = Reactor::new(16).unwrap();
    for timeout in [Duration::from_micros(300), Duration::from_micros(1500)] {
        assert!(turn_lasts(timeout, || reactor.clone()));
    }
}

#[test]
fn shutdown_fails_waits_now_and_later() {
    let reactor = Reactor::new(16).unwrap();
    let (a, b) = pair();
    let registration = register(&reactor, a.as_raw_fd());
    let (count, waker) = counter();
    let mut cx = Context::from_waker(&waker);
    let mut wait = pin!(registration.source().ready(Interest::READABLE));
    assert!(wait.as_mut().poll(&mut cx).is_pending());
    reactor.shutdown();
    assert_eq!(count.0.load(Ordering::SeqCst), 1);
    let Poll::Ready(Err(error)) = wait.as_mut().poll(&mut cx) else {
        panic!("no error");
    };
    assert_eq!(error.to_string(), vitte_context::runtime::SHUTTING_DOWN);
    assert!(matches!(
        registration.source().poll_ready(&mut cx, Direction::Read),
        Poll::Ready(Err(_))
    ));
    assert!(Registration::with_reactor(b.as_raw_fd(), READ_WRITE, reactor.clone()).is_err());
}

#[test]
fn deregistered_sources_are_freed_by_turns() {
    let reactor = Reactor::new(16).unwrap();
    let (keep, _other) = pair();
    let _keep = register(&reactor, keep.as_raw_fd());
    for _ in 0..100 {
        let (a, _b) = pair();
        let registration = register(&reactor, a.as_raw_fd());
        assert_eq!(reactor.sources(), 2);
        drop(registration);
        reactor.turn(Some(Duration::ZERO));
    }
    assert_eq!(reactor.sources(), 1);
}

#[test]
fn a_bad_descriptor_is_an_error_and_leaves_nothing() {
    let reactor = Reactor::new(16).unwrap();
    assert!(Registration::with_reactor(-1, READ_WRITE, reactor.clone()).is_err());
    assert_eq!(reactor.sources(), 0);
}

#[test]
fn unpark_by_a_woken_task_does_not_end_the_next_turn() {
    struct Unpark(Arc<Reactor>);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let woken_turn = || {
        let reactor = Reactor::new(16).unwrap();
        let (a, mut b) = pair();
        let registration = register(&reactor, a.as_raw_fd());
        let waker = Arc::new(Unpark(reactor.clone())).into();
        let mut cx = Context::from_waker(&waker);
        let mut wait = pin!(registration.source().ready(Interest::READABLE));
        assert!(wait.as_mut().poll(&mut cx).is_pending());
        b.write_all(b"x").unwrap();
        while wait.as_mut().poll(&mut cx).is_pending() {
            turn(&reactor);
        }
        reactor.clone()
    };
    assert!(turn_lasts(Duration::from_millis(20), woken_turn));
}
