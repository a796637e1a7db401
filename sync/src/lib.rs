//! Synchronisation for tasks: locks, permits, notifications and channels.
//!
//! Part of vitte, whose `sync` module mirrors this crate; no stability is promised here.

mod batch_semaphore;
mod notify;
#[cfg(all(test, not(vitte_loom)))]
mod test_support;
mod waiters;

pub use batch_semaphore::{AcquireError, TryAcquireError};
pub use notify::{Notified, Notify, OwnedNotified};
