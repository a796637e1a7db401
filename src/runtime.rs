//! Runtimes: they run tasks, fire timers and watch sockets.
//!
//! Most programs need one runtime, and `#[vitte::main]` makes it. A [`Builder`] makes one with
//! other options, and a [`Handle`] reaches it from anywhere. Dropping a [`Runtime`] ends everything
//! that runs on it.
//!
//! # Which flavor
//!
//! - [`Builder::new_multi_thread`]: for servers, and programs with much to do at once. Worker
//!   threads, one per processor, share the tasks. `#[vitte::main]` makes this one.
//! - [`Builder::new_current_thread`]: for small tools, tests, and a thread of a program that is
//!   otherwise not async. Everything runs on the thread that calls `block_on`, and only while it
//!   does.
//! - [`LocalRuntime`]: like a current-thread runtime, for futures that are not `Send`. It cannot
//!   leave its thread.
//! - [`Builder::new_deterministic`]: for tests that look for races and must be repeatable. Tasks
//!   run on one thread, in an order that a seed decides, in virtual time.
//!
//! On a multi-thread runtime, futures that are not `Send` run in a
//! [`LocalSet`](crate::task::LocalSet).
//!
//! # What has to be enabled
//!
//! A runtime from a [`Builder`] has timers only after
//! [`enable_time`](Builder::enable_time), and sockets, signals and child processes only after
//! [`enable_io`](Builder::enable_io); [`enable_all`](Builder::enable_all) enables both.
//! [`Runtime::new`] and `#[vitte::main]` enable everything.
//!
//! # Examples
//!
//! ```
//! use vitte::runtime::Builder;
//!
//! # fn main() -> std::io::Result<()> {
//! let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
//! let answer = runtime.block_on(async {
//!     let task = vitte::spawn(async { 6 * 7 });
//!     task.await.unwrap()
//! });
//! assert_eq!(answer, 42);
//! # Ok(())
//! # }
//! ```

mod builder;
pub mod deterministic;
mod driver;
mod error;
mod handle;
mod id;
mod local_runtime;
mod metrics;
#[allow(
    clippy::module_inception,
    reason = "the type that the module is named after"
)]
mod runtime;

pub use builder::{Builder, RngSeed, UnhandledPanic};
#[doc(inline)]
pub use deterministic::DeterministicReport;
pub use error::{TryCurrentError, is_rt_shutdown_err};
pub use handle::{EnterGuard, Handle, RuntimeFlavor};
pub use id::Id;
pub use local_runtime::{LocalOptions, LocalRuntime};
pub use metrics::RuntimeMetrics;
pub use runtime::Runtime;
pub use vitte_executor::metrics::{
    HistogramConfiguration, HistogramScale, InvalidHistogramConfiguration, LogHistogram,
    LogHistogramBuilder,
};
pub use vitte_executor::task::TaskMeta;

/// Returns the index of the worker that this thread is, in the current runtime; `None` if it is
/// not a worker.
///
/// On a current-thread runtime the thread inside `block_on` is worker 0. The index is the one that
/// the methods of [`RuntimeMetrics`] take.
///
/// # Examples
///
/// ```
/// let runtime = vitte::runtime::Builder::new_multi_thread()
///     .worker_threads(2)
///     .build()
///     .unwrap();
/// let worker = runtime.spawn(async { vitte::runtime::worker_index() });
/// assert!(runtime.block_on(worker).unwrap().unwrap() < 2);
/// assert_eq!(vitte::runtime::worker_index(), None);
/// ```
pub fn worker_index() -> Option<usize> {
    vitte_context::block::worker_index()
}
