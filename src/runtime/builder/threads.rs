//! The builder's options of threads: how many, what they are called, and what they call when they
//! start, stop, park and go on.

use std::sync::Arc;
use std::time::Duration;

use super::Builder;

/// Threads.
impl Builder {
    /// Sets how many workers a multi-thread runtime has. The default is what the environment
    /// variable `TOKIO_WORKER_THREADS` says, or else one per processor. A current-thread runtime
    /// has one in any case.
    ///
    /// # Panics
    ///
    /// If the number is 0.
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
    #[track_caller]
    pub fn worker_threads(&mut self, val: usize) -> &mut Self {
        assert!(val > 0, "Worker threads cannot be set to 0");
        self.worker_threads = Some(val);
        self
    }

    /// Sets how many threads the blocking pool may have, in addition to the workers. The default
    /// is 512. Jobs that find all of them busy wait in a queue.
    ///
    /// # Panics
    ///
    /// If the number is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .max_blocking_threads(1)
    ///     .build()
    ///     .unwrap();
    /// // With one thread, the jobs run one after the other.
    /// let first = runtime.spawn_blocking(|| std::thread::current().id());
    /// let second = runtime.spawn_blocking(|| std::thread::current().id());
    /// runtime.block_on(async { assert_eq!(first.await.unwrap(), second.await.unwrap()) });
    /// ```
    #[track_caller]
    pub fn max_blocking_threads(&mut self, val: usize) -> &mut Self {
        assert!(val > 0, "Max blocking threads cannot be set to 0");
        self.config.blocking_threads_max = val;
        self
    }

    /// Sets the name of the runtime's threads, which debuggers and `top -H` show. The default is
    /// `tokio-rt-worker`.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .thread_name("crawler")
    ///     .build()
    ///     .unwrap();
    /// let name = runtime.spawn(async { std::thread::current().name().map(String::from) });
    /// assert_eq!(runtime.block_on(name).unwrap().as_deref(), Some("crawler"));
    /// ```
    pub fn thread_name(&mut self, val: impl Into<String>) -> &mut Self {
        let name = val.into();
        self.thread_name_fn(move || name.clone())
    }

    /// Sets a function that names each thread; it is called once for each.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// let count = AtomicUsize::new(0);
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .thread_name_fn(move || format!("crawler-{}", count.fetch_add(1, Ordering::Relaxed)))
    ///     .build()
    ///     .unwrap();
    /// let name = runtime.spawn(async { std::thread::current().name().map(String::from) });
    /// assert!(runtime.block_on(name).unwrap().unwrap().starts_with("crawler-"));
    /// ```
    pub fn thread_name_fn<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() -> String + Send + Sync + 'static,
    {
        self.config.thread_name = Arc::new(f);
        self
    }

    /// Sets the size of each thread's stack in bytes. The default is that of [`std::thread`].
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .thread_stack_size(8 * 1024 * 1024)
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn thread_stack_size(&mut self, val: usize) -> &mut Self {
        self.config.thread_stack_size = Some(val);
        self
    }

    /// Sets a function that each thread that the runtime starts calls first: the workers of a
    /// multi-thread runtime, and the threads of the blocking pool.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .on_thread_start(|| println!("{:?} started", std::thread::current().id()))
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn on_thread_start<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.config.on_thread_start = Some(Arc::new(f));
        self
    }

    /// Sets a function that each thread that the runtime started calls last.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .on_thread_stop(|| println!("{:?} stops", std::thread::current().id()))
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn on_thread_stop<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.config.on_thread_stop = Some(Arc::new(f));
        self
    }

    /// Sets a function that a worker calls before it parks because it has nothing to run. If the
    /// function makes a task ready, the worker does not park.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// let parked = Arc::new(AtomicUsize::new(0));
    /// let count = parked.clone();
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .on_thread_park(move || { count.fetch_add(1, Ordering::Relaxed); })
    ///     .build()
    ///     .unwrap();
    /// // A job that keeps the runtime waiting until it has parked.
    /// let job = runtime.spawn_blocking(move || {
    ///     while parked.load(Ordering::Relaxed) == 0 {
    ///         std::thread::yield_now();
    ///     }
    /// });
    /// runtime.block_on(job).unwrap();
    /// ```
    pub fn on_thread_park<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.config.on_thread_park = Some(Arc::new(f));
        self
    }

    /// Sets a function that a worker calls after it was parked.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .on_thread_unpark(|| println!("{:?} goes on", std::thread::current().id()))
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn on_thread_unpark<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.config.on_thread_unpark = Some(Arc::new(f));
        self
    }

    /// Sets how long a thread of the blocking pool stays when it has no job. The default is 10
    /// seconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let runtime = vitte::runtime::Builder::new_multi_thread()
    ///     .thread_keep_alive(Duration::from_secs(60))
    ///     .build()
    ///     .unwrap();
    /// # drop(runtime);
    /// ```
    pub fn thread_keep_alive(&mut self, duration: Duration) -> &mut Self {
        self.config.thread_keep_alive = duration;
        self
    }
}
