//! Timers: sleeps, intervals and timeouts, and the wheels that fire them.
//!
//! An implementation detail of `vitte`, whose module `time` shows its public items and has the
//! page for users; it promises no stability of its own.
//!
//! Public: `clock` (pause, resume, advance), `error`, `instant`, `interval`, `sleep`, `timeout`.
//! Inside, from the bottom up: `moment` (an instant in one word), `ticks` (the wheels' unit of
//! time), `wheel` (orders the timers of one shard), `horizon` (until when the driver sleeps), and
//! `registry` (a runtime's shards). The public futures stand on the registry. [`Wheels`] is for the
//! facade, which builds runtimes and drives them.
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
#[doc(hidden)]
pub use registry::Wheels;
pub use sleep::{Sleep, sleep, sleep_until};
pub use timeout::{Timeout, timeout, timeout_at};
