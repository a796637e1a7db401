//! The histograms: how long polls take, and how long ready tasks wait for their poll.

use std::ops::Range;
use std::time::Duration;

use vitte_executor::metrics::Histogram;

use super::RuntimeMetrics;

/// The histogram of the lengths of polls.
impl RuntimeMetrics {
    /// Returns whether the lengths of polls are recorded; see
    /// [`Builder::enable_metrics_poll_time_histogram`][on].
    ///
    /// [on]: crate::runtime::Builder::enable_metrics_poll_time_histogram
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .enable_metrics_poll_time_histogram()
    ///     .build()
    ///     .unwrap();
    /// assert!(runtime.metrics().poll_time_histogram_enabled());
    /// ```
    pub fn poll_time_histogram_enabled(&self) -> bool {
        self.worker(0).poll_times().is_some()
    }

    /// Returns the number of buckets of the histogram of polls; 0 if there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .enable_metrics_poll_time_histogram()
    ///     .build()
    ///     .unwrap();
    /// assert_eq!(runtime.metrics().poll_time_histogram_num_buckets(), 10);
    /// ```
    pub fn poll_time_histogram_num_buckets(&self) -> usize {
        self.worker(0).poll_times().map_or(0, Histogram::buckets)
    }

    /// Returns which lengths of polls are counted in a bucket; an empty range if there is no
    /// histogram.
    ///
    /// # Panics
    ///
    /// If there is no bucket with that index and the layout cannot go on after its last one; a
    /// linear layout can.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .enable_metrics_poll_time_histogram()
    ///     .build()
    ///     .unwrap();
    /// let first = runtime.metrics().poll_time_histogram_bucket_range(0);
    /// assert_eq!(first, Duration::ZERO..Duration::from_micros(100));
    /// ```
    #[track_caller]
    pub fn poll_time_histogram_bucket_range(&self, bucket: usize) -> Range<Duration> {
        // Not a closure, which would not know its caller.
        match self.worker(0).poll_times() {
            Some(histogram) => histogram.range(bucket),
            None => Range::default(),
        }
    }

    /// Returns how many of a worker's polls are in a bucket; 0 if there is no histogram.
    ///
    /// # Panics
    ///
    /// If there is no worker, or no bucket, with that index.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .enable_metrics_poll_time_histogram()
    ///     .build()
    ///     .unwrap();
    /// runtime.block_on(runtime.spawn(async {})).unwrap();
    ///
    /// let metrics = runtime.metrics();
    /// let polls: u64 = (0..metrics.poll_time_histogram_num_buckets())
    ///     .map(|bucket| metrics.poll_time_histogram_bucket_count(0, bucket))
    ///     .sum();
    /// assert_eq!(polls, 1);
    /// ```
    #[track_caller]
    pub fn poll_time_histogram_bucket_count(&self, worker: usize, bucket: usize) -> u64 {
        match self.worker(worker).poll_times() {
            Some(histogram) => histogram.count(bucket),
            None => 0,
        }
    }

    /// The former name of [`poll_time_histogram_enabled`](Self::poll_time_histogram_enabled).
    #[deprecated(note = "Renamed to `poll_time_histogram_enabled`")]
    #[doc(hidden)]
    pub fn poll_count_histogram_enabled(&self) -> bool {
        self.poll_time_histogram_enabled()
    }

    /// The former name of
    /// [`poll_time_histogram_num_buckets`](Self::poll_time_histogram_num_buckets).
    #[deprecated(note = "renamed to `poll_time_histogram_num_buckets`.")]
    #[doc(hidden)]
    pub fn poll_count_histogram_num_buckets(&self) -> usize {
        self.poll_time_histogram_num_buckets()
    }

    /// The former name of
    /// [`poll_time_histogram_bucket_range`](Self::poll_time_histogram_bucket_range).
    #[deprecated(note = "renamed to `poll_time_histogram_bucket_range`")]
    #[doc(hidden)]
    #[track_caller]
    pub fn poll_count_histogram_bucket_range(&self, bucket: usize) -> Range<Duration> {
        self.poll_time_histogram_bucket_range(bucket)
    }

    /// The former name of
    /// [`poll_time_histogram_bucket_count`](Self::poll_time_histogram_bucket_count).
    #[deprecated(note = "use `poll_time_histogram_bucket_count` instead")]
    #[doc(hidden)]
    #[track_caller]
    pub fn poll_count_histogram_bucket_count(&self, worker: usize, bucket: usize) -> u64 {
        self.poll_time_histogram_bucket_count(worker, bucket)
    }
}

/// The histogram of waits: from when a task became ready until its poll.
impl RuntimeMetrics {
    /// Returns whether it is recorded how long ready tasks wait for their poll; see
    /// [`Builder::enable_metrics_schedule_latency_histogram`][on].
    ///
    /// [on]: crate::runtime::Builder::enable_metrics_schedule_latency_histogram
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .enable_metrics_schedule_latency_histogram()
    ///     .build()
    ///     .unwrap();
    /// assert!(runtime.metrics().schedule_latency_histogram_enabled());
    /// ```
    pub fn schedule_latency_histogram_enabled(&self) -> bool {
        self.worker(0).schedule_latencies().is_some()
    }

    /// Returns the number of buckets of the histogram of waits; 0 if there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .enable_metrics_schedule_latency_histogram()
    ///     .build()
    ///     .unwrap();
    /// assert_eq!(runtime.metrics().schedule_latency_histogram_num_buckets(), 10);
    /// ```
    pub fn schedule_latency_histogram_num_buckets(&self) -> usize {
        self.worker(0)
            .schedule_latencies()
            .map_or(0, Histogram::buckets)
    }

    /// Returns which waits are counted in a bucket; an empty range if there is no histogram.
    ///
    /// # Panics
    ///
    /// If there is no bucket with that index and the layout cannot go on after its last one; a
    /// linear layout can.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .enable_metrics_schedule_latency_histogram()
    ///     .build()
    ///     .unwrap();
    /// let first = runtime.metrics().schedule_latency_histogram_bucket_range(0);
    /// assert_eq!(first, Duration::ZERO..Duration::from_micros(100));
    /// ```
    #[track_caller]
    pub fn schedule_latency_histogram_bucket_range(&self, bucket: usize) -> Range<Duration> {
        // Not a closure, which would not know its caller.
        match self.worker(0).schedule_latencies() {
            Some(histogram) => histogram.range(bucket),
            None => Range::default(),
        }
    }

    /// Returns how many waits for a worker's polls are in a bucket; 0 if there is no histogram.
    ///
    /// # Panics
    ///
    /// If there is no worker, or no bucket, with that index.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .enable_metrics_schedule_latency_histogram()
    ///     .build()
    ///     .unwrap();
    /// runtime.block_on(runtime.spawn(async {})).unwrap();
    ///
    /// let metrics = runtime.metrics();
    /// let waits: u64 = (0..metrics.schedule_latency_histogram_num_buckets())
    ///     .map(|bucket| metrics.schedule_latency_histogram_bucket_count(0, bucket))
    ///     .sum();
    /// assert_eq!(waits, 1);
    /// ```
    #[track_caller]
    pub fn schedule_latency_histogram_bucket_count(&self, worker: usize, bucket: usize) -> u64 {
        match self.worker(worker).schedule_latencies() {
            Some(histogram) => histogram.count(bucket),
            None => 0,
        }
    }
}
