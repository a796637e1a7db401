//! Child processes: starting them, talking to them, and waiting for their end.
//!
//! [`Command`] describes a child as [`std::process::Command`] does. [`Command::output`] runs it and
//! collects what it prints, [`Command::status`] only waits for it, and [`Command::spawn`] gives a
//! [`Child`] whose standard streams are read and written like sockets.
//!
//! A child whose handle is dropped runs on, unless [`Command::kill_on_drop`] says otherwise; it is
//! waited for in the background, so that it does not stay behind as a zombie.
//!
//! ```
//! use vitte::process::Command;
//!
//! # #[vitte::main]
//! # async fn main() -> std::io::Result<()> {
//! let output = Command::new("echo").arg("hello").output().await?;
//! assert!(output.status.success());
//! assert_eq!(output.stdout, b"hello\n");
//! # Ok(())
//! # }
//! ```

pub use vitte_io::process::*;
