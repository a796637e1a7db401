//! Task ids, and which task the code that runs is part of.
//!
//! A thread's block has the id of the task that it polls or drops. The harness sets it around each
//! poll; [`IdScope`] does where a task's output is dropped, on whichever thread that is.

use std::fmt;
use std::num::NonZeroU64;

use vitte_context::block;

/// Identifies a task, uniquely among all tasks that this process ever spawns.
///
/// Ids are not sequential, and say nothing about the order of spawning.
///
/// # Examples
///
/// ```
/// use std::collections::HashMap;
/// use vitte::task::JoinSet;
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut names = HashMap::new();
/// let mut set = JoinSet::new();
/// names.insert(set.spawn(async { 1 }).id(), "first");
/// names.insert(set.spawn(async { 2 }).id(), "second");
/// while let Some(joined) = set.join_next_with_id().await {
///     let (id, output) = joined.unwrap();
///     println!("{}: {output}", names[&id]);
/// }
/// # }
/// ```
#[derive(Clone, Copy, Debug, Hash, Eq, Ord, PartialEq, PartialOrd)]
pub struct Id(NonZeroU64);

impl Id {
    pub(crate) fn from_raw(raw: u64) -> Option<Id> {
        NonZeroU64::new(raw).map(Id)
    }

    pub(crate) fn as_u64(self) -> u64 {
        self.0.get()
    }

    /// The id of a task that has this number.
    pub(crate) fn of_task(number: u64) -> Id {
        // Ids are never 0; `MIN` stands in for a case that does not exist.
        Id(NonZeroU64::new(number).unwrap_or(NonZeroU64::MIN))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Returns the id of the current task.
///
/// # Panics
///
/// If the code is not part of a task. A future given to `block_on` is not a task.
///
/// # Examples
///
/// ```
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let task = vitte::spawn(async { vitte::task::id() });
/// let id = task.id();
/// assert_eq!(task.await.unwrap(), id);
/// # }
/// ```
#[track_caller]
pub fn id() -> Id {
    try_id().expect("Can't get a task id when not inside a task")
}

/// Returns the id of the current task; `None` if the code is not part of one.
///
/// # Examples
///
/// ```
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// // The future of `block_on` is not a task.
/// assert_eq!(vitte::task::try_id(), None);
/// let task = vitte::spawn(async { vitte::task::try_id() });
/// assert!(task.await.unwrap().is_some());
/// # }
/// ```
#[track_caller]
pub fn try_id() -> Option<Id> {
    Id::from_raw(block::task_id())
}

/// Shows a task's id to the code that runs, until dropped.
pub(super) struct IdScope {
    previous: u64,
}

impl IdScope {
    #[inline]
    pub(super) fn enter(id: u64) -> Self {
        IdScope {
            previous: block::replace_task_id(id),
        }
    }
}

impl Drop for IdScope {
    #[inline]
    fn drop(&mut self) {
        block::replace_task_id(self.previous);
    }
}
