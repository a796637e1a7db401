//! Runtimes, which run tasks, fire timers and watch sockets.
//!
//! [`vitte::runtime`] says which flavor is for what.

pub use vitte::runtime::{
    Builder, EnterGuard, Handle, Id, LocalOptions, LocalRuntime, Runtime, RuntimeFlavor,
    RuntimeMetrics, TryCurrentError, is_rt_shutdown_err, worker_index,
};

#[cfg(tokio_unstable)]
pub use vitte::runtime::{
    HistogramConfiguration, HistogramScale, InvalidHistogramConfiguration, LogHistogram,
    LogHistogramBuilder, RngSeed, TaskMeta, UnhandledPanic,
};
