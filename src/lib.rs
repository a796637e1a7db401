//! vitte: an async runtime that a service can switch to, and that its tests can trust.
//!
//! Its modules are tokio's, so who knows tokio knows vitte; under the name `tokio` it takes
//! tokio's place in a whole dependency tree. What is vitte's own stands beside: the
//! deterministic mode, in which one seed decides every choice and time is virtual.
//!
//! ```
//! #[vitte::main]
//! async fn main() {
//!     let greeting = vitte::spawn(async { "hello" });
//!     println!("{}", greeting.await.unwrap());
//! }
//! ```
//!
//! Each feature switches public modules on and changes nothing else; all are on by default.

#[doc(hidden)]
pub mod macros;
#[cfg(feature = "rt")]
pub mod runtime;
pub mod task;

#[cfg(feature = "rt")]
pub use task::spawn;
#[cfg(feature = "rt")]
pub use vitte_executor::task_local;

#[cfg(feature = "sync")]
pub use vitte_sync as sync;

#[cfg(feature = "time")]
pub use vitte_timer as time;

pub use vitte_io::io;

#[cfg(feature = "fs")]
pub use vitte_io::fs;

#[cfg(not(feature = "net"))]
pub use vitte_io::addr as net;
#[cfg(feature = "net")]
pub use vitte_io::net;

#[cfg(feature = "process")]
pub use vitte_io::process;

#[cfg(feature = "signal")]
pub use vitte_io::signal;

#[cfg(feature = "macros")]
pub use macros::attributes::{main, test};
