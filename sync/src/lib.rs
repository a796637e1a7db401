//! Synchronisation for tasks: locks, permits, notifications and channels.
//!
//! Part of vitte, whose `sync` module mirrors this crate; no stability is promised here.

mod batch_semaphore;
mod blocking;
mod guard;
mod mutex;
mod notify;
mod rwlock;
mod semaphore;
#[cfg(all(test, not(vitte_loom)))]
mod test_support;
mod waiters;

pub use batch_semaphore::{AcquireError, TryAcquireError};
pub use mutex::{
    MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard, TryLockError,
};
pub use notify::Notify;
pub use rwlock::{
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard,
};
pub use semaphore::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// Futures that have a name, as they have methods of their own.
pub mod futures {
    pub use crate::notify::{Notified, OwnedNotified};
}
