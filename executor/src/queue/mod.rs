//! Where ready tasks wait: a ring per worker, and one injector for all.

mod inject;
mod local;
#[cfg(all(test, vitte_loom))]
mod loom_tests;
#[cfg(all(test, not(vitte_loom)))]
mod tests;

pub(crate) use inject::Inject;
pub(crate) use local::{CAPACITY, Local, Stealer, ring};
