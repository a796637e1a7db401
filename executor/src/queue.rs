//! Where ready tasks wait: a slot and a ring per worker, and one injector for all.

mod inject;
mod lanes;
mod lifo;
mod local;
#[cfg(all(test, vitte_loom))]
mod loom_model;
mod ready;
#[cfg(all(test, not(vitte_loom)))]
mod tests;

pub(crate) use inject::Inject;
pub(crate) use lifo::LifoSlot;
#[cfg(test)]
use local::{CAPACITY, ring};
pub(crate) use ready::{Ready, ReadyStealer, ready};
