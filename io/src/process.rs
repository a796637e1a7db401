//! `tokio::process`: children of this process, their standard streams, and waiting for their end.
//!
//! [`Command`] describes and starts a child; [`Child`] is one that runs. Waiting uses a process
//! descriptor where the kernel has them, and the signal `SIGCHLD` elsewhere (`exit`). A child
//! that is dropped before its end goes on, and is waited for by `orphans`, so that it does not
//! stay behind as a zombie.

mod child;
mod command;
mod exit;
mod orphans;
mod stdio;
#[cfg(all(test, feature = "net"))]
mod tests;

pub use child::Child;
pub use command::Command;
pub use stdio::{ChildStderr, ChildStdin, ChildStdout};
