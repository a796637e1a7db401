//! Tests of the public API, by public module.

mod deterministic;
mod faults;
mod fs;
mod hooks;
mod hostile;
mod large;
mod macros;
mod panics;
mod regressions;
mod seams;
mod sentinel;
mod sharing;
mod support;
mod tidy;
mod tokio_fixes;
mod wakers;
