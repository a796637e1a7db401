//! The reactor: readiness of file descriptors.
//!
//! The facade's driver owns a [`Reactor`] and calls [`turn`](Reactor::turn) from whichever worker
//! has nothing else to do; a turn waits in the operating system and publishes what it said into
//! the sources. Tasks hold a registration each: they try their operation first, and
//! wait on the source only when the operation would block. `socket` and `descriptor` have the
//! operations.

pub(crate) mod descriptor;
mod driver;
#[cfg(all(test, vitte_loom))]
mod loom_model;
mod readiness;
pub(crate) mod registration;
#[cfg(feature = "net")]
pub(crate) mod socket;
mod source;
#[cfg(all(test, not(vitte_loom)))]
mod tests;

pub use driver::Reactor;
pub(crate) use readiness::ReadyEvent;
pub(crate) use registration::Registration;
pub(crate) use source::Direction;
