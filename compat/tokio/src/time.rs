//! Sleeps, intervals and timeouts.
//!
//! [`vitte::time`] says which of them is for what.

pub use vitte::time::{
    Duration, Instant, Interval, MissedTickBehavior, Sleep, Timeout, error, interval, interval_at,
    sleep, sleep_until, timeout, timeout_at,
};

#[cfg(feature = "test-util")]
pub use vitte::time::{advance, pause, resume};
