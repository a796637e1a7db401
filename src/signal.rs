//! Signals of the operating system: ctrl-c, and those of Unix.
//!
//! [`ctrl_c`] waits for the user to interrupt the program; [`unix::signal`] listens to any signal
//! that can be caught, `SIGTERM` for instance, which service managers send.
//!
//! The first time that a program listens to a signal, its default effect is switched off for the
//! rest of the process: ctrl-c then no longer ends a program that does not end itself.
//!
//! ```no_run
//! use vitte::signal::ctrl_c;
//! use vitte::signal::unix::{SignalKind, signal};
//!
//! # #[vitte::main]
//! # async fn main() -> std::io::Result<()> {
//! let mut terminate = signal(SignalKind::terminate())?;
//! vitte::select! {
//!     result = ctrl_c() => result?,
//!     _ = terminate.recv() => {}
//! }
//! println!("shutting down");
//! # Ok(())
//! # }
//! ```

pub use vitte_io::signal::*;
