//! Synchronisation for tasks: locks, permits, notifications and channels.
//!
//! An implementation detail of `vitte`, whose module `sync` shows its public items and has the page
//! for users; it promises no stability of its own.
//!
//! From the bottom up: `waiters` is the list in which tasks wait, intrusive and behind a mutex.
//! `batch_semaphore` hands permits to those tasks in order; `Semaphore`, `Mutex`, `RwLock`,
//! `OnceCell` and the bounded `mpsc` channel stand on it. `Notify`, `Barrier`, `broadcast` and
//! `watch` use the list directly, and `SetOnce` waits by means of a `Notify`. `oneshot` and the
//! receiving side of `mpsc` have at most one waiter and need no list. `write_once` is the cell
//! under `OnceCell` and `SetOnce`.
//!
//! Everything here runs on the thread of its caller, needs no runtime, and works between runtimes.
//! The exceptions are `mpsc::Sender::send_timeout`, which needs a timer, and the blocking methods,
//! which park the thread.

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

/// Futures of this module that have a name, because they have methods of their own.
pub mod futures {
    pub use crate::notify::{Notified, OwnedNotified};
}
