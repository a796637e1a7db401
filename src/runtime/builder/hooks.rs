//! The builder's hooks: functions that the runtime calls in the course of each task's life.

use std::sync::Arc;

use vitte_executor::task::{TaskHooks, TaskMeta};

use super::Builder;

/// Hooks of tasks.
///
/// They see the tasks of the runtime itself, not those of a [`LocalSet`](crate::task::LocalSet).
/// The panic of a hook is ignored, except for [`on_task_spawn`](Builder::on_task_spawn), whose
/// panic reaches the code that spawns. Setting a hook replaces the one that was set before.
impl Builder {
    /// Sets a function that is called when a task is spawned, by the thread that spawns it, before
    /// the task can run.
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

    /// Sets a function that is called before each poll of a task. A task that is aborted is not
    /// polled any more.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// let polls = Arc::new(AtomicUsize::new(0));
    /// let count = polls.clone();
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .on_before_task_poll(move |_task| { count.fetch_add(1, Ordering::Relaxed); })
    ///     .build()
    ///     .unwrap();
    /// let task = runtime.spawn(async { vitte::task::yield_now().await });
    /// runtime.block_on(task).unwrap();
    /// assert_eq!(polls.load(Ordering::Relaxed), 2);
    /// ```
    pub fn on_before_task_poll<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.hooks().on_before_poll = Some(Arc::new(f));
        self
    }

    /// Sets a function that is called after each poll of a task, also if the poll panicked.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .on_before_task_poll(|task| println!("task {} begins", task.id()))
    ///     .on_after_task_poll(|task| println!("task {} pauses or ends", task.id()))
    ///     .build()
    ///     .unwrap();
    /// runtime.block_on(runtime.spawn(async {})).unwrap();
    /// ```
    pub fn on_after_task_poll<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.hooks().on_after_poll = Some(Arc::new(f));
        self
    }

    /// Sets a function that is called when a task has ended, whether it completed, was aborted or
    /// was ended by the runtime's shutdown. It is called for the jobs of
    /// [`spawn_blocking`](crate::task::spawn_blocking) too.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .on_task_terminate(|task| println!("task {} has ended", task.id()))
    ///     .build()
    ///     .unwrap();
    /// runtime.block_on(runtime.spawn(async {})).unwrap();
    /// ```
    pub fn on_task_terminate<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.hooks().on_terminate = Some(Arc::new(f));
        self
    }

    /// Measures for the hooks around polls how long the task had been ready; see
    /// [`TaskMeta::schedule_latency`].
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .track_task_schedule_latency()
    ///     .on_before_task_poll(|task| assert!(task.schedule_latency().is_some()))
    ///     .build()
    ///     .unwrap();
    /// runtime.block_on(runtime.spawn(async {})).unwrap();
    /// ```
    pub fn track_task_schedule_latency(&mut self) -> &mut Self {
        self.config.tracks_schedule_latency = true;
        self
    }

    fn hooks(&mut self) -> &mut TaskHooks {
        Arc::make_mut(self.config.hooks.get_or_insert_with(Arc::default))
    }
}
