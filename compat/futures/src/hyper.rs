//! What `hyper::rt` requires of a runtime: executors and a timer.
//!
//! Sockets need nothing from here: vitte's are tokio's, under that name, and work with
//! `hyper_util`'s `TokioIo`.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt;
use pin_project_lite::pin_project;

/// Spawns hyper's futures onto the current runtime.
///
/// # Panics
///
/// `execute` panics outside of a runtime.
#[derive(Debug, Clone, Copy, Default)]
pub struct Executor;

impl<F> rt::Executor<F> for Executor
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, future: F) {
        vitte::spawn(future);
    }
}

/// Spawns hyper's futures onto the current `LocalSet` or `LocalRuntime`.
///
/// # Panics
///
/// `execute` panics outside of both.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalExecutor;

impl<F> rt::Executor<F> for LocalExecutor
where
    F: Future + 'static,
    F::Output: 'static,
{
    fn execute(&self, future: F) {
        vitte::task::spawn_local(future);
    }
}

/// Gives hyper the current runtime's timers, and its clock, which a test may have paused.
///
/// # Panics
///
/// Its methods panic outside of a runtime, and in one without timers.
///
/// # Examples
///
/// ```
/// use hyper::rt::Timer as _;
/// use std::time::Duration;
/// use vitte_futures::hyper::Timer;
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let start = Timer.now();
/// Timer.sleep(Duration::from_millis(1)).await;
/// assert!(Timer.now() - start >= Duration::from_millis(1));
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Timer;

impl rt::Timer for Timer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn rt::Sleep>> {
        Box::pin(Sleep::new(vitte::time::sleep(duration)))
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn rt::Sleep>> {
        Box::pin(Sleep::new(vitte::time::sleep_until(deadline.into())))
    }

    fn now(&self) -> Instant {
        vitte::time::Instant::now().into_std()
    }

    fn reset(&self, sleep: &mut Pin<Box<dyn rt::Sleep>>, deadline: Instant) {
        match sleep.as_mut().downcast_mut_pin::<Sleep>() {
            Some(sleep) => sleep.project().sleep.reset(deadline.into()),
            // Another timer's; replace it.
            None => *sleep = self.sleep_until(deadline),
        }
    }
}

pin_project! {
    /// A [`vitte::time::Sleep`] as hyper takes it; from [`Timer`].
    pub struct Sleep {
        #[pin]
        sleep: vitte::time::Sleep,
    }
}

impl Sleep {
    /// Wraps a sleep.
    pub fn new(sleep: vitte::time::Sleep) -> Self {
        Sleep { sleep }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().sleep.poll(cx)
    }
}

impl rt::Sleep for Sleep {}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sleep.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use hyper::rt::Timer as _;

    use super::*;

    #[test]
    fn reset_moves_the_deadline_of_the_same_sleep() {
        let runtime = vitte::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let start = Timer.now();
            let mut sleep = Timer.sleep(Duration::from_millis(10));
            let address: *const dyn rt::Sleep = &*sleep;
            Timer.reset(&mut sleep, start + Duration::from_millis(50));
            assert!(std::ptr::addr_eq(address, &*sleep), "it was not made anew");
            sleep.await;
            assert_eq!(Timer.now() - start, Duration::from_millis(50));
        });
    }
}
