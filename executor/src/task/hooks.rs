//! Hooks: functions of the user that are called when a task is spawned, polled and at its end.
//!
//! Here are the types. Who calls a hook, and when, is in [`events`](crate::events).

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use super::header::Header;
use super::id::Id;

/// What a hook sees of the task that it is called for; see the hooks of the runtime's `Builder`.
///
/// # Examples
///
/// ```
/// use vitte::runtime::{Builder, TaskMeta};
///
/// fn print(task: &TaskMeta<'_>) {
///     println!("task {} was spawned at {}", task.id(), task.spawned_at());
/// }
///
/// let runtime = Builder::new_current_thread().on_task_spawn(print).build().unwrap();
/// runtime.block_on(runtime.spawn(async {})).unwrap();
/// ```
#[allow(missing_debug_implementations)]
pub struct TaskMeta<'a> {
    id: Id,
    spawned_at: &'static Location<'static>,
    schedule_latency: Option<Duration>,
    _task: PhantomData<&'a ()>,
}

impl<'a> TaskMeta<'a> {
    pub(crate) fn new(header: &'a Header, schedule_latency: Option<Duration>) -> Self {
        TaskMeta {
            id: Id::of_task(header.id()),
            spawned_at: header.spawned_at(),
            schedule_latency,
            _task: PhantomData,
        }
    }

    /// Returns the task's id.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .on_task_spawn(|task| println!("task {}", task.id()))
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn id(&self) -> Id {
        self.id
    }

    /// Returns where in the source code the task was spawned.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .on_task_spawn(|task| println!("spawned in line {}", task.spawned_at().line()))
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn spawned_at(&self) -> &'static Location<'static> {
        self.spawned_at
    }

    /// Returns how long the task had been ready when the poll that this hook is about began.
    ///
    /// `None` in hooks that are not about a poll, and unless the runtime measures it
    /// (`Builder::track_task_schedule_latency`).
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .track_task_schedule_latency()
    ///     .on_before_task_poll(|task| println!("waited {:?}", task.schedule_latency()))
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn schedule_latency(&self) -> Option<Duration> {
        self.schedule_latency
    }
}

/// A hook.
pub type TaskCallback = Arc<dyn Fn(&TaskMeta<'_>) + Send + Sync>;

/// The hooks of a scheduler.
#[derive(Clone, Default)]
pub struct TaskHooks {
    /// Called where a task is spawned, before it can run.
    pub on_spawn: Option<TaskCallback>,
    /// Called before each poll of a task's future.
    pub on_before_poll: Option<TaskCallback>,
    /// Called after each poll of a task's future, also if it panicked.
    pub on_after_poll: Option<TaskCallback>,
    /// Called when a task or a blocking job has ended, whether it completed or not.
    pub on_terminate: Option<TaskCallback>,
}

impl fmt::Debug for TaskHooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskHooks").finish_non_exhaustive()
    }
}
