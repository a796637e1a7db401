//! Tasks: see `vitte::task`.

#[cfg(feature = "rt")]
pub use vitte::task::*;
