//! `pause`, `resume` and `advance`: control of the current runtime's clock, for tests.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use vitte_context::clock::{Clock, PAUSING_NEEDS_CURRENT_THREAD};
use vitte_context::{defer, runtime};

const NOT_IN_A_RUNTIME: &str = "time cannot be frozen from outside the Tokio runtime";
const NOT_FROZEN: &str = "time is not frozen";
const ALREADY_FROZEN: &str = "time is already frozen";

/// Pauses the current runtime's clock, usually at the start of a test.
///
/// From then on [`Instant::now`](crate::Instant::now) stands still until [`advance`] moves it, or
/// until the runtime has nothing left to do but wait: then the clock jumps to the deadline of the
/// next timer, so that sleeps take no real time. It does not jump while a closure of
/// `spawn_blocking` runs. `std::time::Instant` is not affected.
///
/// To start a test with a paused clock, use `start_paused = true` in the `main` or `test`
/// attribute.
///
/// # Panics
///
/// If the clock is already paused, if the runtime is not a `current_thread` one, and outside of a
/// runtime.
///
/// # Examples
///
/// ```
/// use vitte::time::{self, Duration, Instant};
///
/// #[vitte::main(flavor = "current_thread")]
/// async fn main() {
///     time::pause();
///     let start = Instant::now();
///     time::sleep(Duration::from_secs(3600)).await; // takes no real time
///     assert!(start.elapsed() >= Duration::from_secs(3600));
/// }
/// ```
#[track_caller]
pub fn pause() {
    let outcome = with_clock(|clock| {
        if !clock.may_pause() {
            return Err(PAUSING_NEEDS_CURRENT_THREAD);
        }
        if clock.pause() {
            Ok(())
        } else {
            Err(ALREADY_FROZEN)
        }
    });
    if let Err(message) = outcome {
        panic!("{message}");
    }
}

/// Lets the current runtime's clock run again, from the time at which it stands.
///
/// # Panics
///
/// If the clock is not paused, and outside of a runtime.
///
/// # Examples
///
/// ```
/// use vitte::time::{self, Duration, Instant};
///
/// #[vitte::main(flavor = "current_thread", start_paused = true)]
/// async fn main() {
///     let start = Instant::now();
///     time::advance(Duration::from_secs(60)).await;
///     time::resume(); // from here on, time passes by itself
///     assert!(start.elapsed() >= Duration::from_secs(60));
/// }
/// ```
#[track_caller]
pub fn resume() {
    let outcome = with_clock(|clock| {
        if clock.resume() {
            Ok(())
        } else {
            Err(NOT_FROZEN)
        }
    });
    if let Err(message) = outcome {
        panic!("{message}");
    }
}

/// Moves the paused clock ahead by `duration` in one jump, then yields to the scheduler once.
///
/// Every timer whose deadline has come by then fires at once, and the runtime may poll the tasks
/// that wait for them in any order. This function does not wait for those tasks. To let time
/// pass and have each timer fire in its turn, use [`sleep`](crate::sleep()) instead.
///
/// # Panics
///
/// If the clock is not paused, if the new time cannot be represented, and outside of a runtime.
///
/// # Cancel safety
///
/// The clock moves at the first poll; if the future is dropped after that, it stays moved.
///
/// # Examples
///
/// ```
/// use vitte::time::{self, Duration, Instant};
///
/// #[vitte::main(flavor = "current_thread", start_paused = true)]
/// async fn main() {
///     let start = Instant::now();
///     time::advance(Duration::from_millis(250)).await;
///     assert_eq!(start.elapsed(), Duration::from_millis(250));
/// }
/// ```
pub async fn advance(duration: Duration) {
    let outcome = with_clock(|clock| {
        if clock.advance(duration) {
            Ok(())
        } else {
            Err(NOT_FROZEN)
        }
    });
    if let Err(message) = outcome {
        panic!("{message}");
    }
    // Once through the scheduler, which gives the driver its turn to fire what is due.
    let mut yielded = false;
    poll_fn(|cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        defer::defer(cx.waker());
        Poll::Pending
    })
    .await;
}

fn with_clock(f: impl FnOnce(&Clock) -> Result<(), &'static str>) -> Result<(), &'static str> {
    runtime::with_current(|core| match core {
        Some(core) => f(core.clock()),
        None => Err(NOT_IN_A_RUNTIME),
    })
}
