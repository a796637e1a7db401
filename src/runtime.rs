//! Runtimes: what runs tasks, fires timers and watches sockets.
//!
//! A [`Runtime`] is made by a [`Builder`] (or by `#[vitte::main]`), and reached from inside and
//! outside through a [`Handle`]. Dropping it ends everything that runs on it.

mod builder;
pub mod deterministic;
mod driver;
mod error;
mod handle;
mod histograms;
mod hooks;
mod id;
mod local_runtime;
mod metrics;
mod panics;
#[allow(
    clippy::module_inception,
    reason = "the type that the module is named after"
)]
mod runtime;
mod tuning;

pub use builder::Builder;
pub use deterministic::DeterministicReport;
pub use error::{TryCurrentError, is_rt_shutdown_err};
pub use handle::{EnterGuard, Handle, RuntimeFlavor};
pub use id::Id;
pub use local_runtime::{LocalOptions, LocalRuntime};
pub use metrics::RuntimeMetrics;
pub use panics::UnhandledPanic;
pub use runtime::Runtime;
pub use tuning::RngSeed;
pub use vitte_executor::metrics::{
    HistogramConfiguration, HistogramScale, InvalidHistogramConfiguration, LogHistogram,
    LogHistogramBuilder,
};
pub use vitte_executor::task::TaskMeta;

/// The index of the worker that this thread is, in the current runtime.
///
/// `None` on threads that are no workers. On a current-thread runtime the thread inside
/// `block_on` is worker 0.
pub fn worker_index() -> Option<usize> {
    vitte_context::block::worker_index()
}
