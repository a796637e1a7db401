//! Tests of the public API, by public module.

mod macros;
mod faults;
mod seams;
