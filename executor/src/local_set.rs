//! Placeholder until the `LocalSet` lands.

pub(crate) fn schedule(_task: crate::task::harness::Task) {}
