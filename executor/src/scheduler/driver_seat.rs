//! The one seat in the driver of a multi-thread runtime.
//!
//! Workers try to take it all the time, before they sleep and every so many ticks, and usually
//! another worker has it and waits there. An attempt on a lock that is held writes its line all the
//! same, and with many cores that line would travel between all of them; so a flag beside the lock
//! is read first.

use std::ops::{Deref, DerefMut};
use std::sync::TryLockError;
use std::sync::atomic::{AtomicBool, Ordering};

use vitte_context::primitive::{Mutex, MutexGuard, lock};

use crate::driver::Driver;

pub(crate) struct DriverSeat {
    driver: Mutex<Box<dyn Driver>>,
    /// A worker has it. Only a hint, written by the thread that has the lock: the lock decides, and
    /// a thread that reads an old value acts as if it had come a moment earlier.
    taken: AtomicBool,
}

impl DriverSeat {
    pub(super) fn new(driver: Box<dyn Driver>) -> Self {
        DriverSeat {
            driver: Mutex::new(driver),
            taken: AtomicBool::new(false),
        }
    }

    /// The driver, if no other thread has it.
    pub(crate) fn try_take(&self) -> Option<Seated<'_>> {
        // Relaxed, here and below: nothing is published through the flag.
        if self.taken.load(Ordering::Relaxed) {
            return None;
        }
        match self.driver.try_lock() {
            Ok(driver) => Some(self.seat(driver)),
            // A user's waker panicked inside a turn; the driver itself is in order.
            Err(TryLockError::Poisoned(poisoned)) => Some(self.seat(poisoned.into_inner())),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// The driver, as soon as no other thread has it.
    pub(super) fn take(&self) -> Seated<'_> {
        self.seat(lock(&self.driver))
    }

    fn seat<'a>(&'a self, driver: MutexGuard<'a, Box<dyn Driver>>) -> Seated<'a> {
        self.taken.store(true, Ordering::Relaxed);
        Seated {
            driver,
            taken: &self.taken,
        }
    }
}

/// The thread that holds this has the driver.
pub(crate) struct Seated<'a> {
    driver: MutexGuard<'a, Box<dyn Driver>>,
    taken: &'a AtomicBool,
}

impl Deref for Seated<'_> {
    type Target = dyn Driver;

    fn deref(&self) -> &Self::Target {
        &**self.driver
    }
}

impl DerefMut for Seated<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut **self.driver
    }
}

impl Drop for Seated<'_> {
    fn drop(&mut self) {
        // Before the lock is released, which the field's own drop does next: the flag is only
        // written under the lock.
        self.taken.store(false, Ordering::Relaxed);
    }
}
