//! Tests of the public API, by public module.
//!
//! A test goes to the file of the module that it calls, also if it was written for a bug; its doc
//! comment then names the cause. `hostile` is for users that panic, block or misbehave in wakers
//! and destructors, `tidy` for what the project promises about its sources.

mod deterministic;
mod fs;
mod hostile;
mod io;
mod macros;
mod net;
mod process;
mod runtime;
mod support;
mod sync;
mod task;
mod tidy;
mod time;
