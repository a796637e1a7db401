//! `pause`, `resume` and `advance`: a test takes the current runtime's clock into its hands.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use vitte_context::clock::{Clock, PAUSING_NEEDS_CURRENT_THREAD};
use vitte_context::{defer, runtime};

const NOT_IN_A_RUNTIME: &str = "time cannot be frozen from outside the Tokio runtime";
const NOT_FROZEN: &str = "time is not frozen";
const ALREADY_FROZEN: &str = "time is already frozen";

/// Stops the current runtime's clock.
///
/// From then on [`Instant::now`](crate::Instant::now) stands still until [`advance`] moves it or
/// until the runtime has nothing left to do but wait: then the clock jumps to the next timer's
/// deadline, so that sleeps take no time. While a job of `spawn_blocking` runs it does not jump.
/// The standard library's clock is not touched.
///
/// # Panics
///
/// When the clock stands still already, outside of a runtime, and in a runtime that is not
/// `current_thread`.
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

/// Lets the current runtime's clock run again, from where it stands.
///
/// # Panics
///
/// When the clock runs already, and outside of a runtime.
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

/// Moves the paused clock ahead by `duration` in one jump, then yields.
///
/// Every timer whose deadline lies before the new time becomes due at once, and the runtime may
/// poll their tasks in any order. This does not wait for those tasks; to let time pass and see
/// each timer fire in its turn, [`sleep`](crate::sleep()) instead.
///
/// # Panics
///
/// When the clock is not paused, outside of a runtime, and when the new time cannot be
/// represented.
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
