//! Timers: sleeps, intervals and timeouts, and the wheels that fire them.
//!
//! From the bottom up: a `wheel` orders one shard's timers, the `registry` holds a runtime's
//! shards and serves its driver, and the public futures stand on that. The API is that of
//! `tokio::time`; [`Wheels`] is for the facade, which builds runtimes and drives them.
//!
//! This crate spawns nothing, blocks nowhere and knows no I/O. It learns the time from the
//! context's clock.

mod clock;
pub mod error;
mod horizon;
mod instant;
mod interval;
mod moment;
mod registry;
mod sleep;
mod ticks;
mod timeout;
mod wheel;

#[doc(no_inline)]
pub use std::time::Duration;

pub use clock::{advance, pause, resume};
pub use instant::Instant;
pub use interval::{Interval, MissedTickBehavior, interval, interval_at};
pub use registry::Wheels;
pub use sleep::{Sleep, sleep, sleep_until};
pub use timeout::{Timeout, timeout, timeout_at};
