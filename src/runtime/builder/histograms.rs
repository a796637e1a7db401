//! The builder's histograms: how long polls take, and how long tasks wait for them.

use std::time::Duration;

use vitte_executor::metrics::{HistogramConfiguration, HistogramScale};

use super::Builder;

/// How the histograms will be laid out, if they are enabled.
#[derive(Debug)]
pub(super) struct Histograms {
    poll_times_enabled: bool,
    poll_times: HistogramConfiguration,
    /// Set by the deprecated methods, and then in the place of `poll_times`.
    legacy: Option<Legacy>,
    schedule_latencies_enabled: bool,
    schedule_latencies: HistogramConfiguration,
}

#[derive(Debug)]
struct Legacy {
    scale: HistogramScale,
    resolution: Duration,
    buckets: usize,
}

impl Default for Legacy {
    fn default() -> Self {
        Legacy {
            scale: HistogramScale::Linear,
            resolution: Duration::from_micros(100),
            buckets: 10,
        }
    }
}

impl Default for Histograms {
    /// None; once enabled, ten buckets of 100 µs each.
    fn default() -> Self {
        let layout = HistogramConfiguration::linear(Duration::from_micros(100), 10);
        Histograms {
            poll_times_enabled: false,
            poll_times: layout.clone(),
            legacy: None,
            schedule_latencies_enabled: false,
            schedule_latencies: layout,
        }
    }
}

impl Histograms {
    /// The layout for the lengths of polls, if they are to be recorded.
    pub(super) fn poll_times(&self) -> Option<HistogramConfiguration> {
        self.poll_times_enabled.then(|| match &self.legacy {
            None => self.poll_times.clone(),
            Some(legacy) => match legacy.scale {
                HistogramScale::Log => {
                    HistogramConfiguration::doubling(legacy.resolution, legacy.buckets)
                }
                _ => HistogramConfiguration::linear(legacy.resolution, legacy.buckets),
            },
        })
    }

    /// The layout for waits, if they are to be recorded.
    pub(super) fn schedule_latencies(&self) -> Option<HistogramConfiguration> {
        self.schedule_latencies_enabled
            .then(|| self.schedule_latencies.clone())
    }

    fn legacy(&mut self) -> &mut Legacy {
        self.legacy.get_or_insert_with(Legacy::default)
    }
}

/// Histograms; read them through [`RuntimeMetrics`](crate::runtime::RuntimeMetrics).
impl Builder {
    /// Makes each worker record how long it takes to run a task. That reads the clock twice per
    /// poll.
    ///
    /// A task that runs right after another one, out of the worker's LIFO slot, counts as part of
    /// that one.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use vitte::runtime::{Builder, HistogramConfiguration};
    ///
    /// let runtime = Builder::new_current_thread()
    ///     .enable_metrics_poll_time_histogram()
    ///     .metrics_poll_time_histogram_configuration(HistogramConfiguration::linear(
    ///         Duration::from_millis(1),
    ///         3,
    ///     ))
    ///     .build()
    ///     .unwrap();
    /// runtime.block_on(runtime.spawn(async {})).unwrap();
    ///
    /// let metrics = runtime.metrics();
    /// let polls: u64 = (0..3)
    ///     .map(|bucket| metrics.poll_time_histogram_bucket_count(0, bucket))
    ///     .sum();
    /// assert_eq!(polls, 1);
    /// ```
    pub fn enable_metrics_poll_time_histogram(&mut self) -> &mut Self {
        self.histograms.poll_times_enabled = true;
        self
    }

    /// The former name of
    /// [`enable_metrics_poll_time_histogram`](Self::enable_metrics_poll_time_histogram).
    #[deprecated(note = "use `enable_metrics_poll_time_histogram`")]
    #[doc(hidden)]
    pub fn enable_metrics_poll_count_histogram(&mut self) -> &mut Self {
        self.enable_metrics_poll_time_histogram()
    }

    /// Sets the layout of the histogram of polls. The default is ten buckets of 100 µs.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::{Builder, HistogramConfiguration, LogHistogram};
    ///
    /// let runtime = Builder::new_current_thread()
    ///     .enable_metrics_poll_time_histogram()
    ///     .metrics_poll_time_histogram_configuration(HistogramConfiguration::log(
    ///         LogHistogram::default(),
    ///     ))
    ///     .build()
    ///     .unwrap();
    /// assert_eq!(runtime.metrics().poll_time_histogram_num_buckets(), 119);
    /// ```
    pub fn metrics_poll_time_histogram_configuration(
        &mut self,
        configuration: HistogramConfiguration,
    ) -> &mut Self {
        self.histograms.poll_times = configuration;
        self
    }

    /// Sets how the buckets of the histogram of polls grow.
    #[deprecated(note = "use `metrics_poll_time_histogram_configuration`")]
    pub fn metrics_poll_count_histogram_scale(
        &mut self,
        histogram_scale: HistogramScale,
    ) -> &mut Self {
        self.histograms.legacy().scale = histogram_scale;
        self
    }

    /// Sets how wide the first bucket of the histogram of polls is.
    ///
    /// # Panics
    ///
    /// If the width is zero, or longer than five centuries.
    #[deprecated(note = "use `metrics_poll_time_histogram_configuration`")]
    #[track_caller]
    pub fn metrics_poll_count_histogram_resolution(&mut self, resolution: Duration) -> &mut Self {
        assert!(resolution > Duration::from_secs(0));
        assert!(u64::try_from(resolution.as_nanos()).is_ok());
        self.histograms.legacy().resolution = resolution;
        self
    }

    /// Sets how many buckets the histogram of polls has.
    #[deprecated(note = "use `metrics_poll_time_histogram_configuration`")]
    pub fn metrics_poll_count_histogram_buckets(&mut self, buckets: usize) -> &mut Self {
        self.histograms.legacy().buckets = buckets;
        self
    }

    /// Makes each worker record how long tasks that are ready wait for their poll. That reads the
    /// clock once per wake and once per poll.
    ///
    /// # Examples
    ///
    /// ```
    /// let runtime = vitte::runtime::Builder::new_current_thread()
    ///     .enable_metrics_schedule_latency_histogram()
    ///     .build()
    ///     .unwrap();
    /// runtime.block_on(runtime.spawn(async {})).unwrap();
    /// assert!(runtime.metrics().schedule_latency_histogram_enabled());
    /// ```
    pub fn enable_metrics_schedule_latency_histogram(&mut self) -> &mut Self {
        self.histograms.schedule_latencies_enabled = true;
        self
    }

    /// Sets the layout of the histogram of waits. The default is ten buckets of 100 µs.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use vitte::runtime::{Builder, HistogramConfiguration};
    ///
    /// let runtime = Builder::new_current_thread()
    ///     .enable_metrics_schedule_latency_histogram()
    ///     .metrics_schedule_latency_histogram_configuration(HistogramConfiguration::linear(
    ///         Duration::from_micros(50),
    ///         20,
    ///     ))
    ///     .build()
    ///     .unwrap();
    /// assert_eq!(runtime.metrics().schedule_latency_histogram_num_buckets(), 20);
    /// ```
    pub fn metrics_schedule_latency_histogram_configuration(
        &mut self,
        configuration: HistogramConfiguration,
    ) -> &mut Self {
        self.histograms.schedule_latencies = configuration;
        self
    }
}
