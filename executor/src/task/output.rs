//! A task's result on its way from the task to whoever joins it.
//!
//! async-task drops an unclaimed output itself, and a panic there would abort the process. This
//! wrapper's destructor contains it, and shows the task's id while it runs, as tokio does.

use std::mem::ManuallyDrop;

use vitte_context::panics::contain;

use super::harness::IdScope;

/// The output of a task, whose destructor may panic without harm.
pub(crate) struct Output<T> {
    value: ManuallyDrop<T>,
    id: u64,
}

impl<T> Output<T> {
    pub(crate) fn new(value: T, id: u64) -> Self {
        Output {
            value: ManuallyDrop::new(value),
            id,
        }
    }

    /// The value, for the joiner.
    pub(crate) fn into_value(self) -> T {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is never dropped, so the value is moved out exactly once.
        unsafe { ManuallyDrop::take(&mut this.value) }
    }
}

impl<T> Drop for Output<T> {
    fn drop(&mut self) {
        let _scope = IdScope::enter(self.id);
        let value = &mut self.value;
        // A panic in a destructor that nobody waits for has nobody to be reported to; the panic
        // hook has already printed it.
        contain(|| {
            // SAFETY: `into_value` forgets `self`, so the value is still here, and this is the
            // only place that drops it.
            unsafe { ManuallyDrop::drop(value) }
        });
    }
}
