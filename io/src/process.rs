//! Child processes: their standard streams, and waiting for their end.
//!
//! [`Command`] describes a child and starts it; [`Child`] is one that runs. For a short child use
//! [`Command::output`] or [`Command::status`]; for a conversation through its streams use
//! [`Command::spawn`] with [`Stdio::piped`](std::process::Stdio::piped). Read the child's pipes
//! while it runs: a child whose pipe is full waits until somebody reads it.
//!
//! A child that is dropped before its end goes on, unless
//! [`kill_on_drop`](Command::kill_on_drop) was set. It is waited for in the background when it
//! ends, so that it does not stay behind as a zombie, as long as a runtime with io runs; a program
//! that needs to be sure calls [`Child::wait`].
//!
//! Waiting uses a process descriptor where the kernel has them, and the signal `SIGCHLD`
//! elsewhere.

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
