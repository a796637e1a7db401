//! Tests of the public API, by public module.

mod faults;
mod macros;
mod seams;
