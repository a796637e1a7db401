//! [`RuntimeMetrics`]: what a runtime counts.
//!
//! A view of counters that the executor and the reactor keep; nothing is counted here. This file
//! has what concerns the whole runtime; what concerns one worker is in `workers`, and the
//! histograms are in `histograms`. Any thread may ask, at any time.

mod histograms;
mod workers;

use std::sync::Arc;

use vitte_executor::Flavor;
use vitte_io::reactor::Reactor;

use super::handle::Handle;

/// A view of what a runtime counts; from [`Handle::metrics`].
///
/// The numbers are read one by one while the runtime goes on: two that are read one after the other
/// need not fit together. Counts of what happens at every poll or wake are published when a worker
/// looks at timers and sockets, so they may be late by as many polls as lie between.
///
/// # Examples
///
/// ```
/// use vitte::runtime::Handle;
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let metrics = Handle::current().metrics();
/// let task = vitte::spawn(std::future::pending::<()>());
/// assert_eq!(metrics.num_alive_tasks(), 1);
/// task.abort();
/// assert!(task.await.is_err());
/// assert_eq!(metrics.num_alive_tasks(), 0);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RuntimeMetrics {
    handle: Handle,
}

impl RuntimeMetrics {
    pub(super) fn new(handle: Handle) -> Self {
        RuntimeMetrics { handle }
    }
}

/// Tasks.
impl RuntimeMetrics {
    /// Returns the number of workers: 1 on a current-thread runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .worker_threads(3)
    ///     .build()
    ///     .unwrap();
    /// assert_eq!(runtime.metrics().num_workers(), 3);
    /// ```
    pub fn num_workers(&self) -> usize {
        self.handle.scheduler().workers()
    }

    /// Returns how many tasks are alive: spawned, and not complete.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// runtime.spawn(std::future::pending::<()>());
    /// assert_eq!(runtime.metrics().num_alive_tasks(), 1);
    /// ```
    pub fn num_alive_tasks(&self) -> usize {
        self.handle.scheduler().alive_tasks()
    }

    /// The former name of [`num_alive_tasks`](Self::num_alive_tasks).
    #[deprecated = "Renamed to num_alive_tasks"]
    pub fn active_tasks_count(&self) -> usize {
        self.num_alive_tasks()
    }

    /// Returns how many tasks were spawned since the runtime was made.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().build().unwrap();
    /// runtime.block_on(runtime.spawn(async {})).unwrap();
    /// assert_eq!(runtime.metrics().spawned_tasks_count(), 1);
    /// ```
    pub fn spawned_tasks_count(&self) -> u64 {
        self.handle.scheduler().spawned_tasks()
    }

    /// Returns how many tasks wait in the queue that all workers share.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().build().unwrap();
    /// // It waits for a thread to enter `block_on`.
    /// runtime.spawn(async {});
    /// assert_eq!(runtime.metrics().global_queue_depth(), 1);
    /// ```
    pub fn global_queue_depth(&self) -> usize {
        self.handle.scheduler().injected_tasks()
    }

    /// The former name of [`global_queue_depth`](Self::global_queue_depth).
    #[deprecated = "Renamed to global_queue_depth"]
    #[doc(hidden)]
    pub fn injection_queue_depth(&self) -> usize {
        self.global_queue_depth()
    }

    /// Returns how many tasks became ready on threads that are not workers of this runtime. Such a
    /// task goes to the queue that all workers share.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().build().unwrap();
    /// runtime.spawn(async {});
    /// assert_eq!(runtime.metrics().remote_schedule_count(), 1);
    /// ```
    pub fn remote_schedule_count(&self) -> u64 {
        self.handle.scheduler().remote_schedules()
    }

    /// Returns how often a task used up its budget and had to yield; see
    /// [`coop`](crate::task::coop).
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread().build().unwrap();
    /// runtime.block_on(async {
    ///     for _ in 0..1000 {
    ///         vitte::task::coop::consume_budget().await;
    ///     }
    /// });
    /// assert!(runtime.metrics().budget_forced_yield_count() > 0);
    /// ```
    pub fn budget_forced_yield_count(&self) -> u64 {
        self.handle.core().forced_yields()
    }
}

/// The blocking pool.
impl RuntimeMetrics {
    /// Returns how many threads there are for blocking jobs, including idle ones.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// let job = runtime.spawn_blocking(|| {});
    /// runtime.block_on(job).unwrap();
    /// assert_eq!(runtime.metrics().num_blocking_threads(), 1);
    /// ```
    pub fn num_blocking_threads(&self) -> usize {
        let scheduler = self.handle.scheduler();
        // The workers are threads of the pool, too.
        let workers = match scheduler.flavor() {
            Flavor::MultiThread => scheduler.workers(),
            _ => 0,
        };
        scheduler.blocking().threads().saturating_sub(workers)
    }

    /// Returns how many threads for blocking jobs have nothing to do.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// assert_eq!(runtime.metrics().num_idle_blocking_threads(), 0);
    /// ```
    pub fn num_idle_blocking_threads(&self) -> usize {
        self.handle.scheduler().blocking().idle_threads()
    }

    /// Returns how many blocking jobs wait for a thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::mpsc;
    ///
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .max_blocking_threads(1)
    ///     .build()
    ///     .unwrap();
    /// let (go, wait) = mpsc::channel::<()>();
    /// let first = runtime.spawn_blocking(move || wait.recv());
    /// runtime.spawn_blocking(|| {});
    /// assert!(runtime.metrics().blocking_queue_depth() >= 1);
    /// go.send(()).unwrap();
    /// # runtime.block_on(first).unwrap().unwrap();
    /// ```
    pub fn blocking_queue_depth(&self) -> usize {
        self.handle.scheduler().blocking().queued()
    }
}

/// Sockets, and whatever else is watched.
impl RuntimeMetrics {
    /// Returns how many descriptors were registered with the runtime since it was made; 0 if io is
    /// not enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// let _guard = runtime.enter();
    /// let before = runtime.metrics().io_driver_fd_registered_count();
    /// let pair = vitte::net::UnixStream::pair().unwrap();
    /// assert_eq!(runtime.metrics().io_driver_fd_registered_count(), before + 2);
    /// # drop(pair);
    /// ```
    pub fn io_driver_fd_registered_count(&self) -> u64 {
        self.reactor(|reactor| reactor.registrations().0)
    }

    /// Returns how many descriptors were deregistered since the runtime was made; 0 if io is not
    /// enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Runtime::new().unwrap();
    /// let _guard = runtime.enter();
    /// let before = runtime.metrics().io_driver_fd_deregistered_count();
    /// let pair = vitte::net::UnixStream::pair().unwrap();
    /// drop(pair);
    /// assert_eq!(runtime.metrics().io_driver_fd_deregistered_count(), before + 2);
    /// ```
    pub fn io_driver_fd_deregistered_count(&self) -> u64 {
        self.reactor(|reactor| reactor.registrations().1)
    }

    /// Returns how many events of descriptors the runtime has handled; 0 if io is not enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// let runtime = vitte::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    /// let before = runtime.metrics().io_driver_ready_count();
    /// runtime.block_on(async {
    ///     let (mut one, mut other) = vitte::net::UnixStream::pair().unwrap();
    ///     vitte::spawn(async move { other.write_all(b"hello").await });
    ///     one.read_exact(&mut [0; 5]).await.unwrap();
    /// });
    /// assert!(runtime.metrics().io_driver_ready_count() > before);
    /// ```
    pub fn io_driver_ready_count(&self) -> u64 {
        self.reactor(Reactor::events)
    }

    /// Asks the reactor; 0 if io is not enabled.
    fn reactor(&self, count: impl Fn(&Reactor) -> u64) -> u64 {
        let reactor = self.handle.core().io::<Arc<Reactor>>();
        reactor.map_or(0, |reactor| count(reactor))
    }
}
