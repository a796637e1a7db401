//! Wakers that panic when they are woken, or are woken when their runtime or their thread ends.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use vitte::runtime::Builder;
use vitte::sync::oneshot;
use vitte::{task, time};

use crate::support::{both, current_thread, multi_thread, within_a_minute};

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

/// The first socket's panic left the others waiting forever.
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

/// The first waker's panic kept the other end's writer waiting forever.
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

#[test]
fn a_panicking_join_waker_harms_nobody() {
    both(|runtime| {
        let (send, receive) = vitte::sync::oneshot::channel::<()>();
        let mut handle = runtime.spawn(async move { receive.await.is_ok() });
        let waker = Waker::from(Arc::new(Panic(AtomicUsize::new(0))));
        let mut cx = Context::from_waker(&waker);
        assert!(std::pin::Pin::new(&mut handle).poll(&mut cx).is_pending());
        send.send(()).unwrap();
        runtime.block_on(async {
            while !handle.is_finished() {
                vitte::task::yield_now().await;
            }
        });
        assert!(runtime.block_on(handle).unwrap());
    });
}

#[test]
fn a_panicking_timer_waker_leaves_the_timers_running() {
    both(|runtime| {
        let mut sleep = {
            let _entered = runtime.enter();
            Box::pin(time::sleep(Duration::from_millis(1)))
        };
        let waker = Waker::from(Arc::new(Panic(AtomicUsize::new(0))));
        let polled = runtime.block_on(async {
            std::future::ready(sleep.as_mut().poll(&mut Context::from_waker(&waker))).await
        });
        assert!(polled.is_pending());
        let woken = runtime.spawn(async { time::sleep(Duration::from_millis(20)).await });
        // On a current-thread runtime the panic comes up in `block_on`; the timers go on.
        let slept = catch_unwind(AssertUnwindSafe(|| runtime.block_on(woken)));
        if slept.is_err() {
            runtime.block_on(async { time::sleep(Duration::from_millis(1)).await });
        }
    });
}

#[test]
fn wakers_outlive_their_runtime() {
    both(|runtime| {
        let wakers = Arc::new(Mutex::new(Vec::new()));
        let kept = wakers.clone();
        let handle = runtime.spawn(poll_fn(move |cx| {
            kept.lock().unwrap().push(cx.waker().clone());
            Poll::<()>::Pending
        }));
        while wakers.lock().unwrap().is_empty() {
            runtime.block_on(vitte::task::yield_now());
        }
        let abort = handle.abort_handle();
        drop(runtime);
        let wakers = std::mem::take(&mut *wakers.lock().unwrap());
        for waker in wakers {
            waker.wake_by_ref();
            let clone = waker.clone();
            drop(waker);
            clone.wake();
        }
        abort.abort();
        assert!(abort.is_finished());
        assert!(handle.is_finished());
    });
}

/// tokio 6148: a task that was woken while thread-locals were destroyed panicked.
#[test]
fn a_task_may_be_woken_while_thread_locals_are_destroyed() {
    struct WakeOnDrop(Option<oneshot::Sender<u32>>);
    impl Drop for WakeOnDrop {
        fn drop(&mut self) {
            self.0.take().unwrap().send(5).unwrap();
        }
    }
    thread_local! {
        static LAST: std::cell::RefCell<Option<WakeOnDrop>> =
            const { std::cell::RefCell::new(None) };
    }
    for runtime in [current_thread(), multi_thread(1).build().unwrap()] {
        let (tx, rx) = oneshot::channel();
        let task = runtime.spawn(rx);
        let thread = std::thread::spawn(move || {
            LAST.with(|last| *last.borrow_mut() = Some(WakeOnDrop(Some(tx))));
        });
        assert_eq!(runtime.block_on(task).unwrap(), Ok(5));
        thread.join().unwrap();
    }
}
