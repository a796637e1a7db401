//! A task's result on its way from the task to the future that joins it.
//!
//! async-task drops an unclaimed output itself, and a panic there would abort the process. This
//! wrapper's destructor contains it, and shows the task's id while it runs, as tokio does.

use std::mem::ManuallyDrop;

use vitte_context::panics::contain;

use super::error::{Failure, JoinError};
use super::id::{Id, IdScope};

/// The output of a task, whose destructor may panic without harm.
///
/// The failure becomes a [`JoinError`] when it is claimed: every task has room for an output, and
/// the error is larger.
pub(crate) struct Output<T> {
    value: ManuallyDrop<Result<T, Failure>>,
    id: Id,
}

impl<T> Output<T> {
    pub(crate) fn new(value: Result<T, Failure>, id: Id) -> Self {
        Output {
            value: ManuallyDrop::new(value),
            id,
        }
    }

    /// The value, for the joiner.
    pub(crate) fn into_result(self) -> Result<T, JoinError> {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is never dropped, so the value is moved out exactly once.
        let value = unsafe { ManuallyDrop::take(&mut this.value) };
        value.map_err(|failure| JoinError::new(this.id, failure))
    }
}

impl<T> Drop for Output<T> {
    fn drop(&mut self) {
        let _scope = IdScope::enter(self.id.as_u64());
        let value = &mut self.value;
        // A panic in a destructor that nobody waits for has nobody to be reported to; the panic
        // hook has already printed it.
        contain(|| {
            // SAFETY: `into_result` forgets `self`, so the value is still here, and this is the
            // only place that drops it.
            unsafe { ManuallyDrop::drop(value) }
        });
    }
}
