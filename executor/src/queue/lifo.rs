//! A worker's LIFO slot: one task, which its owner puts in and takes out, and which the sentinel
//! may take while the owner stands still in a poll.
//!
//! Only the owner fills the slot. So while it sees the slot empty, no other thread changes it, and
//! a plain store fills it. A full slot may be emptied by either side at any moment, hence by an
//! exchange. A task that goes through the slot thus costs one exchange, when it is taken out, and a
//! look at an empty slot costs none.
//!
//! Orderings: whatever fills the slot is Release and the thief's exchange Acquire, which publishes
//! the task. The thread that empties the slot publishes nothing to the one that fills it next. (The
//! owner, seeing the slot full, may get nothing: then a thief was faster.)

use std::marker::PhantomData;
use std::ptr;

use vitte_context::primitive::atomic::{AtomicPtr, Ordering};

use super::local::Entry;

/// Room for one task. Any thread may steal it; one, the owner, puts it in and takes it.
#[derive(Debug)]
pub(crate) struct LifoSlot<T: Entry> {
    entry: AtomicPtr<()>,
    _entries: PhantomData<(T, *mut ())>,
}

// SAFETY: tasks travel between threads, by way of atomic operations.
unsafe impl<T: Entry + Send> Send for LifoSlot<T> {}
// SAFETY: as above.
unsafe impl<T: Entry + Send> Sync for LifoSlot<T> {}

impl<T: Entry> LifoSlot<T> {
    pub(crate) fn new() -> Self {
        LifoSlot {
            entry: AtomicPtr::new(ptr::null_mut()),
            _entries: PhantomData,
        }
    }

    /// Whether there is nothing to take, as far as one can tell.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        // Relaxed: exact for the owner if it is empty, else a hint.
        self.entry.load(Ordering::Relaxed).is_null()
    }

    /// Puts a task in, and returns the one that was there before.
    ///
    /// Only the owner calls this: of two threads that put at once, one would lose its task.
    #[inline]
    pub(crate) fn put(&self, task: T) -> Option<T> {
        let raw = task.into_raw();
        if self.is_empty() {
            // Release: pairs with the Acquire in `steal`; publishes the task.
            self.entry.store(raw, Ordering::Release);
            return None;
        }
        // Release: as above.
        Self::own(self.entry.swap(raw, Ordering::Release))
    }

    /// Takes the task out, as the owner.
    #[inline]
    pub(crate) fn take(&self) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        // Relaxed: this thread put it in, and no other thread puts anything in.
        Self::own(self.entry.swap(ptr::null_mut(), Ordering::Relaxed))
    }

    /// Takes the task out, as anyone else.
    pub(crate) fn steal(&self) -> Option<T> {
        let raw = self.entry.load(Ordering::Relaxed);
        if raw.is_null() {
            return None;
        }
        // Not a plain exchange: only the owner may write to a slot that is empty.
        // Acquire: pairs with the Release in `put`. If the same task went out and in again since
        // the load, it is as good as before.
        let stolen =
            self.entry
                .compare_exchange(raw, ptr::null_mut(), Ordering::Acquire, Ordering::Relaxed);
        Self::own(stolen.unwrap_or(ptr::null_mut()))
    }

    #[inline]
    fn own(raw: *mut ()) -> Option<T> {
        // SAFETY: it came out of the slot by an exchange, which gives an entry to one thread only,
        // and only `put` puts entries in.
        (!raw.is_null()).then(|| unsafe { T::from_raw(raw) })
    }
}

impl<T: Entry> Drop for LifoSlot<T> {
    fn drop(&mut self) {
        drop(self.take());
    }
}

#[cfg(all(test, not(vitte_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_is_put_in_pushes_the_other_out() {
        let slot = LifoSlot::<usize>::new();
        assert_eq!(slot.take(), None);
        assert_eq!(slot.put(1), None);
        assert_eq!(slot.put(2), Some(1));
        assert_eq!(slot.take(), Some(2));
        assert!(slot.is_empty());
    }
}

#[cfg(all(test, vitte_loom))]
mod loom_model {
    use loom::thread;
    use vitte_context::primitive::Arc;

    use super::*;

    /// A task, with something to see that it was published.
    struct Published(Box<loom::cell::UnsafeCell<usize>>);

    // SAFETY: it is used as tasks are, by one thread at a time.
    unsafe impl Send for Published {}

    impl Entry for Published {
        fn into_raw(self) -> *mut () {
            Box::into_raw(self.0).cast()
        }

        unsafe fn from_raw(raw: *mut ()) -> Self {
            // SAFETY: the caller's promise.
            Published(unsafe { Box::from_raw(raw.cast()) })
        }
    }

    fn task(number: usize) -> Published {
        Published(Box::new(loom::cell::UnsafeCell::new(number)))
    }

    fn number(task: Published) -> usize {
        // SAFETY: the thread that took the task out has it for itself.
        task.0.with_mut(|number| unsafe { *number })
    }

    /// The owner refills and empties the slot while a thief takes: each task comes out once.
    ///
    /// Mutants: `take` stores null instead of exchanging; `put` stores into a full slot too; the
    /// store in `put`, or its exchange, is Relaxed.
    #[test]
    fn loom_every_task_comes_out_once() {
        loom::model(|| {
            let slot = Arc::new(LifoSlot::<Published>::new());
            assert!(slot.put(task(1)).is_none());
            let thief = thread::spawn({
                let slot = slot.clone();
                move || slot.steal().map(number)
            });
            let mut taken: Vec<_> = slot.put(task(2)).map(number).into_iter().collect();
            taken.extend(slot.take().map(number));
            assert!(slot.put(task(3)).is_none());
            taken.extend(thief.join().unwrap());
            taken.extend(slot.take().map(number));
            taken.sort_unstable();
            assert_eq!(taken, [1, 2, 3]);
        });
    }
}
