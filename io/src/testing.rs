//! A runtime of one thread and one future, for the tests of this crate.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake};

use vitte_context::RuntimeCore;
use vitte_context::coop;
use vitte_context::runtime::{CoreParts, SetCurrent, Slot};

use crate::reactor::Reactor;

struct Unpark {
    reactor: Arc<Reactor>,
    is_woken: AtomicBool,
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Ordering::SeqCst);
        self.reactor.unpark();
    }
}

/// Runs a future, and the reactor whenever it waits; shuts down at the end.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    let reactor = Reactor::new(64).unwrap();
    let parts = CoreParts {
        io: Slot::new(reactor.clone()),
        ..CoreParts::default()
    };
    let _current = SetCurrent::new(RuntimeCore::new(parts));
    let wake = Arc::new(Unpark {
        reactor: reactor.clone(),
        is_woken: AtomicBool::new(true),
    });
    let waker = wake.clone().into();
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if wake.is_woken.swap(false, Ordering::SeqCst) {
            let poll = coop::with_full(|| future.as_mut().poll(&mut cx));
            if let Poll::Ready(output) = poll {
                reactor.shutdown();
                return output;
            }
        }
        reactor.turn(None);
    }
}

/// Polls both futures until both are done.
pub(crate) async fn both<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut out_a, mut out_b) = (None, None);
    std::future::poll_fn(move |cx| {
        if out_a.is_none() {
            if let Poll::Ready(output) = a.as_mut().poll(cx) {
                out_a = Some(output);
            }
        }
        if out_b.is_none() {
            if let Poll::Ready(output) = b.as_mut().poll(cx) {
                out_b = Some(output);
            }
        }
        match (out_a.take(), out_b.take()) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            (a, b) => {
                (out_a, out_b) = (a, b);
                Poll::Pending
            }
        }
    })
    .await
}
