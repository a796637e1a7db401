//! Synchronisation for tasks: locks, permits, notifications and channels.
//!
//! ```
//! # #[vitte::main]
//! # async fn main() {
//! let (tx, mut rx) = vitte::sync::mpsc::channel(8);
//! vitte::spawn(async move { tx.send("hello").await });
//! assert_eq!(rx.recv().await, Some("hello"));
//! # }
//! ```
//!
//! Part of vitte, whose `sync` module mirrors this crate; no stability is promised here.

mod barrier;
mod batch_semaphore;
mod blocking;
pub mod broadcast;
mod cooperative;
mod guard;
pub mod mpsc;
mod mutex;
mod named;
mod notify;
mod once_cell;
pub mod oneshot;
mod rwlock;
mod semaphore;
mod set_once;
#[cfg(all(test, not(vitte_loom)))]
mod test_support;
mod waiters;
pub mod watch;
mod write_once;

pub use barrier::{Barrier, BarrierWaitResult};
pub use batch_semaphore::{AcquireError, TryAcquireError};
pub use mutex::{
    MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard, TryLockError,
};
pub use notify::Notify;
pub use once_cell::{OnceCell, SetError};
pub use rwlock::{
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard,
};
pub use semaphore::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
pub use set_once::{SetOnce, SetOnceError};

/// Futures that have a name, as they have methods of their own.
pub mod futures {
    pub use crate::notify::{Notified, OwnedNotified};
}
