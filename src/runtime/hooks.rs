//! The builder's hooks: functions that the runtime calls in the course of each task's life.

use std::sync::Arc;

use vitte_executor::task::{TaskHooks, TaskMeta};

use super::builder::Builder;

/// Hooks of tasks.
///
/// They see the tasks of the runtime itself, not those of a [`LocalSet`](crate::task::LocalSet).
/// A hook that panics is ignored, but for [`on_task_spawn`](Builder::on_task_spawn), whose panic
/// reaches whoever spawns. Setting a hook replaces the one that was set before.
impl Builder {
    /// Sets a function that is called when a task is spawned, by whoever spawns it, before the
    /// task can run.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .on_task_spawn(|task| println!("{} at {}", task.id(), task.spawned_at()))
    ///     .build()
    ///     .unwrap();
    /// runtime.block_on(runtime.spawn(async {})).unwrap();
    /// ```
    pub fn on_task_spawn<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.hooks().on_spawn = Some(Arc::new(f));
        self
    }

    /// Sets a function that is called before each poll of a task.
    ///
    /// A task that is aborted is not polled any more.
    pub fn on_before_task_poll<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.hooks().on_before_poll = Some(Arc::new(f));
        self
    }

    /// Sets a function that is called after each poll of a task, also if the poll panicked.
    pub fn on_after_task_poll<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.hooks().on_after_poll = Some(Arc::new(f));
        self
    }

    /// Sets a function that is called when a task has ended, be it complete, aborted or ended by
    /// the runtime's shutdown. It is called for the jobs of
    /// [`spawn_blocking`](crate::task::spawn_blocking) too.
    pub fn on_task_terminate<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.hooks().on_terminate = Some(Arc::new(f));
        self
    }

    /// Lets the hooks around polls know how long the task had been ready; see
    /// [`TaskMeta::schedule_latency`].
    pub fn track_task_schedule_latency(&mut self) -> &mut Self {
        self.config.tracks_schedule_latency = true;
        self
    }

    fn hooks(&mut self) -> &mut TaskHooks {
        Arc::make_mut(self.config.hooks.get_or_insert_with(Arc::default))
    }
}
