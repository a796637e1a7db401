//! Tests of the public API, by public module.

mod seams;
