//! Wakers that do odd things when they are woken or cloned.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Wake, Waker};
use std::time::Duration;

use vitte::runtime::Builder;
use vitte::sync::oneshot;
use vitte::{task, time};

use crate::support::{multi_thread, within_a_minute};

/// A waker that panics, and counts that.
struct Panic(AtomicUsize);

impl Wake for Panic {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
        std::panic::resume_unwind(Box::new("waker"));
    }
}

/// More waiters than are woken in one go, all of which panic when they are woken.
const MANY: usize = 100;

/// The first batch's panic left the other timers in a wheel that the next runtime took over.
#[test]
fn timers_whose_wakers_panic_all_leave_the_wheel_at_shutdown() {
    within_a_minute(|| {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let panics = Arc::new(Panic(AtomicUsize::new(0)));
        let waker = Waker::from(panics.clone());
        let mut sleeps: Vec<_> = {
            let _entered = runtime.enter();
            let sleep = || Box::pin(time::sleep(Duration::from_secs(100)));
            (0..MANY).map(|_| sleep()).collect()
        };
        for sleep in &mut sleeps {
            assert!(
                sleep
                    .as_mut()
                    .poll(&mut Context::from_waker(&waker))
                    .is_pending()
            );
        }
        let ended = std::panic::AssertUnwindSafe(|| drop(runtime));
        let _ = std::panic::catch_unwind(ended);
        assert_eq!(panics.0.load(Ordering::SeqCst), MANY);
        let next = Builder::new_current_thread().enable_all().build().unwrap();
        drop(sleeps);
        next.block_on(async { time::sleep(Duration::from_millis(1)).await });
    });
}

/// The first batch's panic lost the permits for all others.
#[test]
fn permits_reach_all_waiters_although_wakers_panic() {
    let semaphore = vitte::sync::Semaphore::new(0);
    let panics = Arc::new(Panic(AtomicUsize::new(0)));
    let waker = Waker::from(panics.clone());
    let mut waiting: Vec<_> = (0..MANY).map(|_| Box::pin(semaphore.acquire())).collect();
    for acquire in &mut waiting {
        assert!(
            acquire
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
    }
    let add = std::panic::AssertUnwindSafe(|| semaphore.add_permits(MANY));
    assert!(std::panic::catch_unwind(add).is_err());
    assert_eq!(panics.0.load(Ordering::SeqCst), MANY);
    for acquire in &mut waiting {
        let mut cx = Context::from_waker(Waker::noop());
        assert!(acquire.as_mut().poll(&mut cx).is_ready());
    }
}

/// The first socket's panic left the others waiting for ever.
#[test]
fn sockets_whose_wakers_panic_all_fail_after_the_shutdown() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let panics = Arc::new(Panic(AtomicUsize::new(0)));
    let waker = Waker::from(panics.clone());
    let bind = || vitte::net::UdpSocket::bind("127.0.0.1:0");
    let sockets: Vec<_> = (0..3).map(|_| runtime.block_on(bind()).unwrap()).collect();
    for socket in &sockets {
        let mut cx = Context::from_waker(&waker);
        assert!(socket.poll_recv_ready(&mut cx).is_pending());
    }
    let ended = std::panic::AssertUnwindSafe(|| drop(runtime));
    let _ = std::panic::catch_unwind(ended);
    assert_eq!(panics.0.load(Ordering::SeqCst), sockets.len());
    for socket in &sockets {
        let mut cx = Context::from_waker(Waker::noop());
        assert!(socket.poll_recv_ready(&mut cx).is_ready());
    }
}

/// The signal was lost to the other listeners.
#[cfg(unix)]
#[test]
fn a_signal_reaches_all_listeners_although_wakers_panic() {
    use vitte::signal::unix::{SignalKind, signal};

    within_a_minute(|| {
        let runtime = multi_thread(1).build().unwrap();
        let _entered = runtime.enter();
        let listen = || signal(SignalKind::user_defined2()).unwrap();
        let (mut first, mut second) = (listen(), listen());
        let panics = Arc::new(Panic(AtomicUsize::new(0)));
        let waker = Waker::from(panics.clone());
        assert!(
            first
                .poll_recv(&mut Context::from_waker(&waker))
                .is_pending()
        );
        let mut second = Box::pin(async move { second.recv().await });
        runtime.block_on(async {
            let mut is_first = true;
            std::future::poll_fn(|cx| {
                let poll = second.as_mut().poll(cx);
                if std::mem::take(&mut is_first) {
                    // SAFETY: a handler is installed.
                    assert_eq!(unsafe { libc::raise(libc::SIGUSR2) }, 0);
                }
                poll
            })
            .await
        });
        assert_eq!(panics.0.load(Ordering::SeqCst), 1);
    });
}

/// A join waker that leads, by way of a `LocalSet`, to a foreign waker that panics: async-task
/// aborts the process when a join waker panics.
#[test]
fn a_panic_in_the_waker_that_polls_a_local_set_is_contained() {
    let runtime = multi_thread(1).build().unwrap();
    let set = task::LocalSet::new();
    let (go, wait) = oneshot::channel::<()>();
    let remote = runtime.spawn(async move { wait.await.unwrap() });
    let joined = Arc::new(AtomicBool::new(false));
    let seen = joined.clone();
    set.spawn_local(async move {
        remote.await.unwrap();
        seen.store(true, Ordering::SeqCst);
    });
    let mut set = pin!(set);
    let waker = Waker::from(Arc::new(Panic(AtomicUsize::new(0))));
    let mut cx = Context::from_waker(&waker);
    assert!(set.as_mut().poll(&mut cx).is_pending());
    go.send(()).unwrap();
    runtime.block_on(runtime.spawn(task::yield_now())).unwrap();
    while set
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
        .is_pending()
    {
        std::thread::yield_now();
    }
    assert!(joined.load(Ordering::SeqCst));
}

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

/// The first waker's panic kept the other end's writer waiting for ever.
#[test]
fn dropping_a_duplex_end_wakes_both_directions_although_a_waker_panics() {
    use vitte::io::{AsyncRead, AsyncWrite, ReadBuf};

    let (one, other) = vitte::io::duplex(1);
    let mut other = pin!(other);
    let mut noop = Context::from_waker(Waker::noop());
    assert!(other.as_mut().poll_write(&mut noop, b"x").is_ready());
    let panics = Arc::new(Panic(AtomicUsize::new(0)));
    let waker = Waker::from(panics.clone());
    let mut cx = Context::from_waker(&waker);
    let mut buf = [0];
    let mut buf = ReadBuf::new(&mut buf);
    assert!(other.as_mut().poll_read(&mut cx, &mut buf).is_pending());
    assert!(other.as_mut().poll_write(&mut cx, b"y").is_pending());
    let ended = std::panic::AssertUnwindSafe(|| drop(one));
    assert!(std::panic::catch_unwind(ended).is_err());
    assert_eq!(panics.0.load(Ordering::SeqCst), 2);
}
