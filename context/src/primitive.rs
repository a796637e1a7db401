//! The one switch between the standard library's synchronisation primitives and loom's.
//!
//! Code that has a loom model takes its atomics, mutexes and cells from here. Under
//! `--cfg vitte_loom` they are loom's, which try every interleaving; otherwise they are std's,
//! behind the same interface. (The cfg is our own: plain `--cfg loom` would also switch
//! event-listener, concurrent-queue and whatever else in the graph listens to it.)
//!
//! Under `--cfg vitte_tsan` the locks tell the thread sanitizer what they do.

#[cfg(vitte_loom)]
pub use loom::{
    cell::UnsafeCell, hint, sync::Arc, sync::Condvar, sync::Mutex, sync::RwLock,
    sync::RwLockReadGuard, sync::atomic, thread,
};

#[cfg(not(vitte_loom))]
pub use self::std_primitive::*;

#[cfg(not(vitte_loom))]
mod std_primitive {
    pub use std::hint;
    pub use std::sync::{Arc, atomic};
    pub use std::thread;

    pub use super::plain::{Condvar, Mutex, RwLock, RwLockReadGuard};

    /// [`std::cell::UnsafeCell`] with loom's interface, so that one body of code serves both.
    #[derive(Debug)]
    #[repr(transparent)]
    pub struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        /// Wraps a value.
        pub const fn new(value: T) -> Self {
            UnsafeCell(std::cell::UnsafeCell::new(value))
        }

        /// Hands out a pointer for reading; the caller upholds aliasing when it dereferences.
        #[inline]
        pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
            f(self.0.get())
        }

        /// Hands out a pointer for writing; the caller upholds aliasing when it dereferences.
        #[inline]
        pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
            f(self.0.get())
        }
    }
}

/// The locks of code that no loom model reaches: never loom's.
pub mod plain {
    #[cfg(vitte_tsan)]
    pub use super::announced::*;
    #[cfg(not(vitte_tsan))]
    pub use std::sync::{Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard};
}

#[cfg(vitte_tsan)]
mod announced;

/// Locks a mutex and ignores poisoning: every critical section in vitte leaves its data
/// consistent before anything that can panic runs.
#[inline]
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    match mutex.lock() {
        Ok(guard) => guard,
        Err(poisoned) => poisoned.into_inner(),
    }
}

#[cfg(not(vitte_loom))]
pub use self::plain::MutexGuard;
#[cfg(vitte_loom)]
pub use loom::sync::MutexGuard;

/// Keeps its value on cache lines of its own, so that writers of neighbours do not slow it down.
///
/// 128 bytes, because x86_64 prefetches lines in pairs and some aarch64 lines are that long.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct CachePadded<T>(pub T);

impl<T> std::ops::Deref for CachePadded<T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> std::ops::DerefMut for CachePadded<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}
