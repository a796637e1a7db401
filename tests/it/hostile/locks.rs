//! Wakers that call back into what they wait for, when they are woken and when they are dropped:
//! if either happened under a lock of ours, the call back would wait for itself.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use vitte::sync::{Notify, Semaphore, broadcast, mpsc, watch};
use vitte::time;

use crate::support::{current_thread, noop, within_a_minute};

struct CallBack<F: Fn() + Send + Sync>(F);

impl<F: Fn() + Send + Sync> Wake for CallBack<F> {
    fn wake(self: Arc<Self>) {
        (self.0)();
    }
}

impl<F: Fn() + Send + Sync> Drop for CallBack<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Lets a future wait with a waker that calls back, and then wakes it or drops it.
fn wake_and_drop<W: Future>(
    call: impl Fn() + Clone + Send + Sync + 'static,
    mut waits: impl FnMut() -> W,
    wake: impl Fn(),
) {
    for is_woken in [true, false] {
        let calls = Arc::new(AtomicUsize::new(0));
        let (counted, call) = (calls.clone(), call.clone());
        let waker = Waker::from(Arc::new(CallBack(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            call();
        })));
        let mut waiting: Pin<Box<W>> = Box::pin(waits());
        let mut cx = Context::from_waker(&waker);
        assert!(waiting.as_mut().poll(&mut cx).is_pending());
        drop(waker);
        if is_woken {
            wake();
        }
        drop(waiting);
        assert_eq!(calls.load(Ordering::SeqCst), 1 + usize::from(is_woken));
    }
}

#[test]
fn primitives_hold_no_lock_while_they_wake_or_drop_a_waker() {
    within_a_minute(|| {
        let notify = Arc::new(Notify::new());
        let own = notify.clone();
        wake_and_drop(
            move || own.notify_waiters(),
            || notify.notified(),
            || notify.notify_waiters(),
        );

        let permits = Arc::new(Semaphore::new(0));
        let own = permits.clone();
        let call = move || {
            own.add_permits(1);
            own.forget_permits(1);
        };
        let waits = || {
            permits.forget_permits(2);
            permits.acquire_many(2)
        };
        wake_and_drop(call, waits, || permits.add_permits(2));
    });
}

#[test]
fn channels_hold_no_lock_while_they_wake_or_drop_a_waker() {
    within_a_minute(|| {
        let (tx, _rx) = watch::channel(0);
        let own = tx.clone();
        let changed = || {
            let mut rx = tx.subscribe();
            async move { drop(rx.changed().await) }
        };
        wake_and_drop(
            move || own.send_modify(|n| *n += 1),
            changed,
            || tx.send_modify(|n| *n += 1),
        );

        let (tx, _rx) = broadcast::channel(4);
        let own = tx.clone();
        let receive = || {
            let mut rx = tx.subscribe();
            async move { drop(rx.recv().await) }
        };
        wake_and_drop(move || drop(own.send(1)), receive, || drop(tx.send(2)));

        let (tx, rx) = mpsc::channel(8);
        let rx = Arc::new(std::sync::Mutex::new(rx));
        let own = tx.clone();
        let receive = || {
            while rx.lock().unwrap().try_recv().is_ok() {}
            let rx = rx.clone();
            std::future::poll_fn(move |cx| rx.lock().unwrap().poll_recv(cx))
        };
        let wake = || {
            tx.try_send(2).unwrap();
        };
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        let waker = Waker::from(Arc::new(CallBack(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = own.try_send(1);
        })));
        let mut waiting = Box::pin(receive());
        assert!(
            waiting
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
        drop(waker);
        wake();
        assert!(waiting.as_mut().poll(&mut noop()).is_ready());
        assert_eq!(calls.load(Ordering::SeqCst), 2);
    });
}

#[test]
fn timers_hold_no_lock_while_they_wake_or_drop_a_waker() {
    within_a_minute(|| {
        let runtime = current_thread();
        let handle = runtime.handle().clone();
        let call = move || {
            let _entered = handle.enter();
            let mut sleep = Box::pin(time::sleep(Duration::from_secs(100)));
            assert!(sleep.as_mut().poll(&mut noop()).is_pending());
        };
        let waits = || {
            let _entered = runtime.enter();
            time::sleep(Duration::from_millis(20))
        };
        let wake = || runtime.block_on(async { time::sleep(Duration::from_millis(40)).await });
        wake_and_drop(call, waits, wake);
    });
}

#[test]
fn sockets_hold_no_lock_while_they_wake_or_drop_a_waker() {
    within_a_minute(|| {
        let runtime = current_thread();
        let bind = || vitte::net::UdpSocket::bind("127.0.0.1:0");
        let socket = Arc::new(runtime.block_on(bind()).unwrap());
        let own = socket.clone();
        let call = move || drop(own.poll_recv_ready(&mut noop()));
        let waits = || {
            while socket.try_recv(&mut [0]).is_ok() {}
            let socket = socket.clone();
            async move { drop(socket.readable().await) }
        };
        let wake = || {
            runtime.block_on(async {
                let address = socket.local_addr().unwrap();
                socket.send_to(b"x", address).await.unwrap();
                time::sleep(Duration::from_millis(20)).await;
            });
        };
        wake_and_drop(call, waits, wake);
    });
}
