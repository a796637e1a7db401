//! Wakers whose clone calls back into what they wait for, or panics.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Wake, Waker};

use vitte::runtime::Builder;
use vitte::sync::mpsc;
use vitte::task;

use crate::support::{noop, within_a_minute};

/// A waker that calls a function when it is cloned; the clone does nothing.
fn calls_when_cloned(function: impl Fn() + Send + Sync + 'static) -> Waker {
    type Function = Box<dyn Fn() + Send + Sync>;
    const VTABLE: RawWakerVTable = RawWakerVTable::new(
        |pointer| {
            // SAFETY: the pointer is to the function until the waker is woken or dropped.
            let function = unsafe { &*pointer.cast::<Function>() };
            function();
            RawWaker::new(std::ptr::null(), Waker::noop().vtable())
        },
        // SAFETY: waking consumes the waker, and with it the function.
        |pointer| drop(unsafe { Box::from_raw(pointer.cast_mut().cast::<Function>()) }),
        |_| {},
        // SAFETY: so does dropping.
        |pointer| drop(unsafe { Box::from_raw(pointer.cast_mut().cast::<Function>()) }),
    );
    let function: Box<Function> = Box::new(Box::new(function));
    // SAFETY: the pointer is what the functions of the table take it for; a clone has another one.
    unsafe { Waker::new(Box::into_raw(function).cast_const().cast(), &VTABLE) }
}

/// The waker was cloned under the socket's lock, and whatever that called could not take it.
#[test]
fn a_waker_may_use_the_socket_while_it_is_cloned() {
    within_a_minute(|| {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let bind = || vitte::net::UdpSocket::bind("127.0.0.1:0");
        let socket = Arc::new(runtime.block_on(bind()).unwrap());
        let used = socket.clone();
        let waker = calls_when_cloned(move || {
            let mut cx = Context::from_waker(Waker::noop());
            assert!(used.poll_recv_ready(&mut cx).is_pending());
        });
        let mut cx = Context::from_waker(&waker);
        assert!(socket.poll_recv_ready(&mut cx).is_pending());
        let mut readable = pin!(socket.readable());
        let mut noop = Context::from_waker(Waker::noop());
        assert!(readable.as_mut().poll(&mut noop).is_pending());
        assert!(readable.as_mut().poll(&mut cx).is_pending());
    });
}

/// As with the socket.
#[test]
fn a_waker_may_wake_a_task_of_the_set_while_it_is_cloned() {
    within_a_minute(|| {
        let set = task::LocalSet::new();
        let polls = Arc::new(AtomicUsize::new(0));
        let kept = Arc::new(Mutex::new(None::<Waker>));
        let (counted, keep) = (polls.clone(), kept.clone());
        set.spawn_local(poll_fn(move |cx| {
            counted.fetch_add(1, Ordering::SeqCst);
            *keep.lock().unwrap() = Some(cx.waker().clone());
            Poll::<()>::Pending
        }));
        let mut set = pin!(set);
        let mut noop = Context::from_waker(Waker::noop());
        assert!(set.as_mut().poll(&mut noop).is_pending());
        let waker = calls_when_cloned(move || {
            let kept = kept.lock().unwrap().take();
            kept.unwrap().wake();
        });
        let mut cx = Context::from_waker(&waker);
        assert!(set.as_mut().poll(&mut cx).is_pending());
        assert_eq!(polls.load(Ordering::SeqCst), 2);
    });
}

/// As with the socket.
#[test]
fn a_waker_may_notify_while_it_is_cloned() {
    within_a_minute(|| {
        let notify = Arc::new(vitte::sync::Notify::new());
        let mut notified = pin!(notify.notified());
        let mut noop = Context::from_waker(Waker::noop());
        assert!(notified.as_mut().poll(&mut noop).is_pending());
        let notifies = notify.clone();
        let waker = calls_when_cloned(move || notifies.notify_waiters());
        let mut cx = Context::from_waker(&waker);
        assert!(notified.as_mut().poll(&mut cx).is_ready());
    });
}

/// tokio 3689: a waker whose clone panicked left the channel's place for wakers locked forever.
#[test]
fn a_waker_that_panics_when_cloned_leaves_the_channel_usable() {
    const VTABLE: RawWakerVTable = RawWakerVTable::new(|_| panic!("clone"), |_| {}, |_| {}, |_| {});
    // SAFETY: the functions do nothing with the pointer.
    let waker = unsafe { Waker::new(std::ptr::null(), &VTABLE) };
    let mut cx = Context::from_waker(&waker);
    let (tx, mut rx) = mpsc::channel(1);
    let poll = std::panic::AssertUnwindSafe(|| rx.poll_recv(&mut cx));
    assert!(std::panic::catch_unwind(poll).is_err());
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    assert!(rx.poll_recv(&mut Context::from_waker(&waker)).is_pending());
    tx.try_send(3).unwrap();
    assert!(woken.0.load(Ordering::SeqCst));
    assert_eq!(rx.poll_recv(&mut noop()), Poll::Ready(Some(3)));
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}
