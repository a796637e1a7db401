//! What the panic of a task does to its runtime.

use super::builder::Builder;
use vitte_executor::Flavor;

/// What happens when a spawned task panics; see [`Builder::unhandled_panic`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum UnhandledPanic {
    /// Nothing but that joining the task gives an error. The default.
    Ignore,
    /// The runtime ends at once: all its tasks are dropped, and whoever is inside `block_on`
    /// panics. That happens also if someone would have joined the task.
    ShutdownRuntime,
}

impl UnhandledPanic {
    pub(crate) fn shuts_down(&self) -> bool {
        matches!(self, UnhandledPanic::ShutdownRuntime)
    }
}

impl Builder {
    /// Sets what happens when a spawned task panics. Blocking jobs are not meant.
    ///
    /// # Panics
    ///
    /// When a multi-thread runtime is to end.
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
