//! The cell behind `OnceCell` and `SetOnce`: empty first, then a value for good.
//!
//! Which caller may fill it, and how others wait for that, is decided by those two.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, Ordering};

/// A value that is written at most once, and from then on only read.
pub(crate) struct WriteOnce<T> {
    is_set: AtomicBool,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: any thread may put the value in (`Send`), and all may read it at once (`Sync`).
unsafe impl<T: Sync + Send> Sync for WriteOnce<T> {}

impl<T> WriteOnce<T> {
    /// A cell with this value, or an empty one.
    pub(crate) const fn new(value: Option<T>) -> Self {
        WriteOnce {
            is_set: AtomicBool::new(value.is_some()),
            value: UnsafeCell::new(value),
        }
    }

    /// Whether there is a value.
    #[inline]
    pub(crate) fn is_set(&self) -> bool {
        // Acquire: pairs with the Release in `fill`, which publishes the value.
        self.is_set.load(Ordering::Acquire)
    }

    /// The value, if there is one.
    #[inline]
    pub(crate) fn get(&self) -> Option<&T> {
        if !self.is_set() {
            return None;
        }
        // SAFETY: once `is_set` is true, the value is no longer written through shared references.
        unsafe { &*self.value.get() }.as_ref()
    }

    /// The value, to be changed: the caller has the cell to itself.
    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut().as_mut()
    }

    /// The value, out of the cell.
    pub(crate) fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }

    /// Puts the value in.
    ///
    /// # Safety
    ///
    /// The cell is empty, and no other thread fills it meanwhile: the caller holds a lock or permit
    /// that every caller has to hold, and has looked since it got it.
    pub(crate) unsafe fn fill(&self, value: T) {
        debug_assert!(!self.is_set());
        // SAFETY: the caller promises that no other thread writes, and none reads before `is_set`
        // is true.
        unsafe { *self.value.get() = Some(value) };
        // Release: pairs with the Acquire in `is_set`; publishes the value.
        self.is_set.store(true, Ordering::Release);
    }
}
