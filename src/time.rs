//! Sleeps, intervals and timeouts.
//!
//! | To | use |
//! |---|---|
//! | wait once | [`sleep`], [`sleep_until`] |
//! | do something again and again | [`interval`]; unlike a loop around `sleep` it does not drift |
//! | give up on a future after a while | [`timeout`], [`timeout_at`] |
//! | measure | [`Instant`], which follows the runtime's clock |
//!
//! A timer never fires early. Its deadline is rounded up to the next sixteenth of a millisecond;
//! beyond that, it is as late as the system and the load of the runtime make it. Timers need a
//! runtime that has them enabled ([`Builder::enable_time`] or `enable_all`; `#[vitte::main]` does
//! it), and panic elsewhere.
//!
//! ```
//! use std::time::Duration;
//! use vitte::time::{sleep, timeout};
//!
//! # #[vitte::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let slow = async {
//!     sleep(Duration::from_secs(3600)).await;
//!     "done"
//! };
//! assert!(timeout(Duration::from_secs(1), slow).await.is_err());
//! # }
//! ```
//!
//! # Tests
//!
//! A test does not have to wait for real. With the clock paused (`start_paused = true` in
//! `#[vitte::test]`, or [`pause`]), time stands still while anything can run, and jumps to the
//! next deadline when nothing can. In a [deterministic runtime][deterministic] it always does.
//!
#![cfg_attr(
    feature = "rt",
    doc = "[`Builder::enable_time`]: crate::runtime::Builder::enable_time\n\
           [deterministic]: crate::runtime::deterministic"
)]
#![cfg_attr(
    not(feature = "rt"),
    doc = "[`Builder::enable_time`]: crate#features\n[deterministic]: crate#features"
)]

#[doc(no_inline)]
pub use std::time::Duration;
pub use vitte_timer::{
    Instant, Interval, MissedTickBehavior, Sleep, Timeout, advance, error, interval, interval_at,
    pause, resume, sleep, sleep_until, timeout, timeout_at,
};
