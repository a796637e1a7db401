//! Tests of the public API, by public module.

mod faults;
mod fs;
mod macros;
mod seams;
