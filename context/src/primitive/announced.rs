//! std's locks, announced to the thread sanitizer. Only under `--cfg vitte_tsan`.
//!
//! std comes compiled without the sanitizer's hooks. What is generic or inlined of it is compiled
//! into our crates, with hooks, but a lock that has to wait does so inside std: the sanitizer does
//! not see that it synchronises, and reports every access behind it as a race. These wrappers say
//! it in std's place: an acquire after each lock, a release before each unlock.

use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult, WaitTimeoutResult};
use std::time::Duration;

unsafe extern "C" {
    fn __tsan_acquire(address: *mut c_void);
    fn __tsan_release(address: *mut c_void);
}

/// What was released at this lock before happens before what comes.
fn acquired<L: ?Sized>(lock: &L) {
    // SAFETY: the sanitizer only takes the address as a name.
    unsafe { __tsan_acquire(std::ptr::from_ref(lock).cast_mut().cast()) }
}

/// What came before happens before whatever acquires this lock next.
fn released<L: ?Sized>(lock: &L) {
    // SAFETY: the sanitizer only takes the address as a name.
    unsafe { __tsan_release(std::ptr::from_ref(lock).cast_mut().cast()) }
}

/// Applies `f` to a guard, poisoned or not.
fn map<G, H>(result: LockResult<G>, f: impl FnOnce(G) -> H) -> LockResult<H> {
    match result {
        Ok(guard) => Ok(f(guard)),
        Err(poisoned) => Err(PoisonError::new(f(poisoned.into_inner()))),
    }
}

/// [`std::sync::Mutex`].
#[derive(Debug, Default)]
pub struct Mutex<T: ?Sized>(std::sync::Mutex<T>);

/// [`std::sync::MutexGuard`].
#[derive(Debug)]
pub struct MutexGuard<'a, T: ?Sized> {
    guard: ManuallyDrop<std::sync::MutexGuard<'a, T>>,
    mutex: &'a std::sync::Mutex<T>,
}

impl<T> Mutex<T> {
    /// As std's.
    pub const fn new(value: T) -> Self {
        Mutex(std::sync::Mutex::new(value))
    }

    /// As std's.
    #[expect(clippy::missing_errors_doc, reason = "it is std's")]
    pub fn into_inner(self) -> LockResult<T> {
        acquired(&self.0);
        self.0.into_inner()
    }
}

#[expect(clippy::missing_errors_doc, reason = "they are std's")]
impl<T: ?Sized> Mutex<T> {
    fn guard<'a>(&'a self, guard: std::sync::MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        acquired(&self.0);
        MutexGuard {
            guard: ManuallyDrop::new(guard),
            mutex: &self.0,
        }
    }

    /// As std's.
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        map(self.0.lock(), |guard| self.guard(guard))
    }

    /// As std's.
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        match self.0.try_lock() {
            Ok(guard) => Ok(self.guard(guard)),
            Err(TryLockError::WouldBlock) => Err(TryLockError::WouldBlock),
            Err(TryLockError::Poisoned(poisoned)) => {
                let guard = self.guard(poisoned.into_inner());
                Err(TryLockError::Poisoned(PoisonError::new(guard)))
            }
        }
    }

    /// As std's.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.0.get_mut()
    }
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    /// The guard inside, for a wait that unlocks and locks it again.
    fn into_parts(self) -> (std::sync::MutexGuard<'a, T>, &'a std::sync::Mutex<T>) {
        let mut this = ManuallyDrop::new(self);
        released(this.mutex);
        // SAFETY: the guard is taken once: `this` is not dropped.
        (unsafe { ManuallyDrop::take(&mut this.guard) }, this.mutex)
    }

    fn locked_again(guard: std::sync::MutexGuard<'a, T>, mutex: &'a std::sync::Mutex<T>) -> Self {
        acquired(mutex);
        let guard = ManuallyDrop::new(guard);
        MutexGuard { guard, mutex }
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        released(self.mutex);
        // SAFETY: dropped here once; `into_parts` does not come here.
        unsafe { ManuallyDrop::drop(&mut self.guard) }
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}

/// [`std::sync::Condvar`].
#[derive(Debug, Default)]
pub struct Condvar(std::sync::Condvar);

#[expect(clippy::missing_errors_doc, reason = "they are std's")]
impl Condvar {
    /// As std's.
    pub const fn new() -> Self {
        Condvar(std::sync::Condvar::new())
    }

    /// As std's.
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let (guard, mutex) = guard.into_parts();
        map(self.0.wait(guard), |guard| {
            MutexGuard::locked_again(guard, mutex)
        })
    }

    /// As std's.
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let (guard, mutex) = guard.into_parts();
        map(self.0.wait_timeout(guard, timeout), |(guard, result)| {
            (MutexGuard::locked_again(guard, mutex), result)
        })
    }

    /// As std's.
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        while condition(&mut guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// As std's.
    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    /// As std's.
    pub fn notify_all(&self) {
        self.0.notify_all();
    }
}

/// [`std::sync::RwLock`].
#[derive(Debug, Default)]
pub struct RwLock<T: ?Sized>(std::sync::RwLock<T>);

/// A guard of a [`RwLock`], `G`.
#[derive(Debug)]
pub struct RwLockGuard<'a, G> {
    guard: ManuallyDrop<G>,
    lock: &'a (),
}

/// [`std::sync::RwLockReadGuard`].
pub type RwLockReadGuard<'a, T> = RwLockGuard<'a, std::sync::RwLockReadGuard<'a, T>>;
/// [`std::sync::RwLockWriteGuard`].
pub type RwLockWriteGuard<'a, T> = RwLockGuard<'a, std::sync::RwLockWriteGuard<'a, T>>;

impl<T> RwLock<T> {
    /// As std's.
    pub const fn new(value: T) -> Self {
        RwLock(std::sync::RwLock::new(value))
    }
}

#[expect(clippy::missing_errors_doc, reason = "they are std's")]
impl<T: ?Sized> RwLock<T> {
    fn guard<'a, G>(&'a self, guard: G) -> RwLockGuard<'a, G> {
        // SAFETY: a reference to nothing, at an address that is valid for `'a`.
        let lock = unsafe { &*std::ptr::from_ref(self).cast::<()>() };
        acquired(lock);
        let guard = ManuallyDrop::new(guard);
        RwLockGuard { guard, lock }
    }

    /// As std's.
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        map(self.0.read(), |guard| self.guard(guard))
    }

    /// As std's.
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        map(self.0.write(), |guard| self.guard(guard))
    }
}

impl<G> Drop for RwLockGuard<'_, G> {
    fn drop(&mut self) {
        released(self.lock);
        // SAFETY: dropped here once.
        unsafe { ManuallyDrop::drop(&mut self.guard) }
    }
}

impl<G: Deref> Deref for RwLockGuard<'_, G> {
    type Target = G::Target;
    fn deref(&self) -> &G::Target {
        &self.guard
    }
}

impl<G: DerefMut> DerefMut for RwLockGuard<'_, G> {
    fn deref_mut(&mut self) -> &mut G::Target {
        &mut self.guard
    }
}
