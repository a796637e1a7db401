//! Histograms of durations: how the buckets are laid out, and the counters behind them.
//!
//! A histogram has one writer, its worker; anyone may read. It exists only on runtimes that asked
//! for it.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::counter::{add, nanos};
use super::log_histogram::LogHistogram;

/// How the buckets grow that the deprecated settings of the builder describe; see
/// [`HistogramConfiguration`] for those that are not deprecated.
///
/// # Examples
///
/// ```
/// use vitte::runtime::HistogramScale;
///
/// assert_ne!(HistogramScale::Linear, HistogramScale::Log);
/// ```
#[derive(Debug, Copy, Clone, Eq, PartialEq)]
#[non_exhaustive]
pub enum HistogramScale {
    /// All buckets have the same width.
    Linear,
    /// Each bucket is twice as wide as the one before.
    Log,
}

/// The layout of a histogram's buckets.
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
///         Duration::from_micros(50),
///         20,
///     ))
///     .build()
///     .unwrap();
/// assert_eq!(runtime.metrics().poll_time_histogram_num_buckets(), 20);
/// ```
#[derive(Debug, Clone)]
pub struct HistogramConfiguration {
    pub(super) layout: Layout,
}

impl HistogramConfiguration {
    /// Buckets of the same width. The last one counts everything that is longer, too.
    ///
    /// # Panics
    ///
    /// Building a runtime with it panics if the width or the number is zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use vitte::runtime::HistogramConfiguration;
    ///
    /// // 0 to 1 ms, 1 to 2 ms, and longer.
    /// let layout = HistogramConfiguration::linear(Duration::from_millis(1), 3);
    /// # drop(layout);
    /// ```
    pub fn linear(bucket_width: Duration, num_buckets: usize) -> Self {
        HistogramConfiguration {
            layout: Layout::Linear {
                width: nanos(bucket_width),
                buckets: num_buckets,
            },
        }
    }

    /// Buckets that grow with the duration, so that the relative error is bounded.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::{HistogramConfiguration, LogHistogram};
    ///
    /// let layout = HistogramConfiguration::log(LogHistogram::builder().max_error(0.1));
    /// # drop(layout);
    /// ```
    pub fn log(configuration: impl Into<LogHistogram>) -> Self {
        HistogramConfiguration {
            layout: Layout::Log(configuration.into()),
        }
    }

    /// Buckets of which each is twice as wide as the one before; what the deprecated settings mean
    /// by [`HistogramScale::Log`]. The first width is rounded up to a power of two nanoseconds.
    #[doc(hidden)]
    pub fn doubling(first_width: Duration, num_buckets: usize) -> Self {
        HistogramConfiguration {
            layout: Layout::Doubling {
                first: nanos(first_width).next_power_of_two(),
                buckets: num_buckets,
            },
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Linear { width: u64, buckets: usize },
    Doubling { first: u64, buckets: usize },
    Log(LogHistogram),
}

impl Layout {
    fn buckets(&self) -> usize {
        match self {
            Layout::Linear { buckets, .. } | Layout::Doubling { buckets, .. } => *buckets,
            Layout::Log(log) => log.buckets(),
        }
    }

    /// The bucket of a value.
    fn bucket_of(&self, value: u64) -> usize {
        let last = self.buckets() - 1;
        match *self {
            Layout::Linear { width, .. } => {
                usize::try_from(value / width).map_or(last, |b| b.min(last))
            }
            Layout::Doubling { first, .. } => {
                // The first bucket ends at `first`, the next at twice that, and so on.
                let bucket = (value / first)
                    .checked_ilog2()
                    .map_or(0, |log| log as usize + 1);
                bucket.min(last)
            }
            Layout::Log(log) => log.bucket_of(value),
        }
    }

    /// The values of a bucket, the first one and the one after the last.
    #[track_caller]
    fn range(&self, bucket: usize) -> Range<u64> {
        let last = bucket == self.buckets() - 1;
        let range = match *self {
            Layout::Linear { width, .. } => width * bucket as u64..width * (bucket as u64 + 1),
            Layout::Doubling { first, .. } => match bucket {
                0 => 0..first,
                _ => first << (bucket - 1)..first << bucket,
            },
            Layout::Log(log) => return log.range(bucket),
        };
        if last { range.start..u64::MAX } else { range }
    }
}

/// How many durations fell into each bucket.
#[derive(Debug)]
pub struct Histogram {
    layout: Layout,
    counts: Box<[AtomicU64]>,
}

impl Histogram {
    /// # Panics
    ///
    /// When the layout has no buckets, or buckets of no width.
    pub(crate) fn new(configuration: &HistogramConfiguration) -> Self {
        let layout = configuration.layout;
        assert!(layout.buckets() > 0, "a histogram needs a bucket");
        assert!(
            !matches!(layout, Layout::Linear { width: 0, .. }),
            "a bucket of a histogram needs a width"
        );
        Histogram {
            layout,
            counts: (0..layout.buckets()).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// Counts a duration. Only the histogram's one writer may call this.
    pub(crate) fn record(&self, duration: Duration) {
        add(&self.counts[self.layout.bucket_of(nanos(duration))], 1);
    }

    /// How many buckets there are.
    pub fn buckets(&self) -> usize {
        self.counts.len()
    }

    /// How many durations fell into a bucket.
    ///
    /// # Panics
    ///
    /// When there is no such bucket.
    #[track_caller]
    pub fn count(&self, bucket: usize) -> u64 {
        self.counts[bucket].load(Ordering::Relaxed)
    }

    /// Which durations a bucket takes.
    ///
    /// # Panics
    ///
    /// When there is no such bucket, with a layout that cannot go on after its last one.
    #[track_caller]
    pub fn range(&self, bucket: usize) -> Range<Duration> {
        let range = self.layout.range(bucket);
        Duration::from_nanos(range.start)..Duration::from_nanos(range.end)
    }
}

#[cfg(all(test, not(vitte_loom)))]
mod tests {
    use super::*;

    /// Every bucket takes the values of its range, and the ranges follow each other.
    fn check(layout: Layout) {
        let mut end = 0;
        for bucket in 0..layout.buckets() {
            let range = layout.range(bucket);
            assert_eq!(range.start, end, "{layout:?} {bucket}");
            assert_eq!(layout.bucket_of(range.start), bucket, "{layout:?}");
            assert_eq!(layout.bucket_of(range.end - 1), bucket, "{layout:?}");
            end = range.end;
        }
        assert_eq!(end, u64::MAX);
    }

    #[test]
    fn each_value_falls_into_the_bucket_whose_range_it_is_in() {
        check(Layout::Linear {
            width: 7,
            buckets: 5,
        });
        check(Layout::Linear {
            width: 1,
            buckets: 1,
        });
        check(Layout::Doubling {
            first: 1,
            buckets: 10,
        });
        check(Layout::Doubling {
            first: 4096,
            buckets: 3,
        });
        for precision in 0..=10 {
            for min in [1, 100, 20_000] {
                let log = LogHistogram::builder()
                    .precision_exact(precision)
                    .min_value(Duration::from_nanos(min))
                    .max_value(Duration::from_millis(4));
                check(Layout::Log(log.build()));
            }
        }
    }

    #[test]
    fn doubling_buckets_start_with_a_power_of_two() {
        let HistogramConfiguration { layout } =
            HistogramConfiguration::doubling(Duration::from_micros(50), 3);
        assert_eq!(layout.range(0), 0..65_536);
        assert_eq!(layout.range(1), 65_536..131_072);
        assert_eq!(layout.range(2), 131_072..u64::MAX);
    }
}
