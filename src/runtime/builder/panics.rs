//! What the panic of a task does to its runtime.

use vitte_executor::Flavor;

use super::Builder;

/// What happens when a spawned task panics; see [`Builder::unhandled_panic`].
///
/// # Examples
///
/// ```
/// use vitte::runtime::{Builder, UnhandledPanic};
///
/// let runtime = Builder::new_current_thread()
///     .unhandled_panic(UnhandledPanic::Ignore)
///     .build()
///     .unwrap();
/// let task = runtime.spawn(async { panic!("only this task ends") });
/// assert!(runtime.block_on(task).unwrap_err().is_panic());
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum UnhandledPanic {
    /// Joining the task gives an error, and nothing else happens. The default.
    Ignore,
    /// The runtime ends at once: all its tasks are dropped, and the call of `block_on` panics.
    /// This happens even if someone would have joined the task.
    ShutdownRuntime,
}

impl UnhandledPanic {
    pub(crate) fn shuts_down(&self) -> bool {
        matches!(self, UnhandledPanic::ShutdownRuntime)
    }
}

impl Builder {
    /// Sets what happens when a spawned task panics. It does not apply to blocking jobs.
    ///
    /// # Panics
    ///
    /// With [`UnhandledPanic::ShutdownRuntime`] on a builder of a multi-thread runtime.
    ///
    /// # Examples
    ///
    /// ```should_panic
    /// use vitte::runtime::{Builder, UnhandledPanic};
    ///
    /// let runtime = Builder::new_current_thread()
    ///     .unhandled_panic(UnhandledPanic::ShutdownRuntime)
    ///     .build()
    ///     .unwrap();
    /// runtime.block_on(async {
    ///     vitte::spawn(async { panic!("this ends the runtime") });
    ///     std::future::pending::<()>().await;
    /// });
    /// ```
    #[track_caller]
    pub fn unhandled_panic(&mut self, behavior: UnhandledPanic) -> &mut Self {
        if self.flavor == Flavor::MultiThread && behavior.shuts_down() {
            panic!("UnhandledPanic::ShutdownRuntime is only supported in current thread runtime");
        }
        self.config.shut_down_on_panic = behavior.shuts_down();
        self
    }
}
