//! The logarithmic layout of a histogram (H2): every power of two is divided into equally wide
//! buckets, so that the error of a value is bounded relative to the value.
//!
//! With a precision of `p`, values below 2^(p+1) have a bucket each; above, every power of two has
//! 2^p buckets. The layout leaves out the buckets below the smallest value that is of interest,
//! which then fall into the first one, and those above the greatest, which fall into the last.

use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use super::counter::nanos;

/// The greatest precision.
const PRECISION_MAX: u32 = 10;

/// The precision unless told otherwise: an error of at most 25 %.
const PRECISION_DEFAULT: u32 = 2;

const MIN_DEFAULT: Duration = Duration::from_nanos(100);
const MAX_DEFAULT: Duration = Duration::from_secs(60);

/// A logarithmic layout of buckets; from a [`LogHistogramBuilder`].
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
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub struct LogHistogram {
    buckets: usize,
    precision: u32,
    /// How many buckets are left out at the beginning.
    skipped: u64,
}

impl Default for LogHistogram {
    fn default() -> Self {
        LogHistogramBuilder::default().build()
    }
}

impl LogHistogram {
    /// Returns a builder of a layout.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::LogHistogram;
    ///
    /// assert_eq!(LogHistogram::builder().build(), LogHistogram::default());
    /// ```
    pub fn builder() -> LogHistogramBuilder {
        LogHistogramBuilder::default()
    }

    /// Returns the end of the last bucket but one, in nanoseconds. All longer durations are in the
    /// last bucket.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::LogHistogram;
    ///
    /// assert!(LogHistogram::default().max_value() >= 60_000_000_000);
    /// ```
    pub fn max_value(&self) -> u64 {
        self.range(self.buckets - 2).end
    }

    pub(super) fn buckets(&self) -> usize {
        self.buckets
    }

    pub(super) fn bucket_of(&self, value: u64) -> usize {
        let bucket = index(value, self.precision).saturating_sub(self.skipped);
        (bucket as usize).min(self.buckets - 1)
    }

    #[track_caller]
    pub(super) fn range(&self, bucket: usize) -> Range<u64> {
        let full = bucket as u64 + self.skipped;
        let first = if bucket == 0 {
            0
        } else {
            start(full, self.precision)
        };
        if bucket == self.buckets - 1 {
            first..u64::MAX
        } else {
            first..start(full + 1, self.precision)
        }
    }
}

/// In which bucket a value is, if none is left out.
fn index(value: u64, precision: u32) -> u64 {
    match value.checked_ilog2() {
        Some(log) if log > precision => {
            // The power of two has 2^p buckets, of this width each.
            let width_log = log - precision;
            let before = u64::from(width_log + 1) << precision;
            before + ((value - (1 << log)) >> width_log)
        }
        _ => value,
    }
}

/// The first value of a bucket, if none is left out.
fn start(index: u64, precision: u32) -> u64 {
    let group = index >> precision;
    if group < 2 {
        return index;
    }
    let within = index & ((1 << precision) - 1);
    ((1 << precision) + within) << (group - 1)
}

/// Collects the options of a [`LogHistogram`]; from [`LogHistogram::builder`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use vitte::runtime::LogHistogram;
///
/// let layout = LogHistogram::builder()
///     .max_error(0.1)
///     .min_value(Duration::from_micros(1))
///     .max_value(Duration::from_secs(1))
///     .build();
/// # drop(layout);
/// ```
#[derive(Default, Debug, Copy, Clone)]
pub struct LogHistogramBuilder {
    max_value: Option<Duration>,
    min_value: Option<Duration>,
    precision: Option<u32>,
}

impl From<LogHistogramBuilder> for LogHistogram {
    fn from(builder: LogHistogramBuilder) -> Self {
        builder.build()
    }
}

impl LogHistogramBuilder {
    /// Sets how wide a bucket may be, relative to the values that it counts. The default is 0.25.
    ///
    /// # Panics
    ///
    /// If the error is not between 0 and 1.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::LogHistogram;
    ///
    /// let layout = LogHistogram::builder().max_error(0.1).build();
    /// # drop(layout);
    /// ```
    pub fn max_error(mut self, max_error: f64) -> Self {
        assert!(max_error > 0.0, "max_error must be greater than 0");
        assert!(max_error < 1.0, "max_error must be less than 1");
        let enough = |precision: &u32| 0.5_f64.powi(*precision as i32) <= max_error;
        let precision = (PRECISION_DEFAULT..PRECISION_MAX).find(enough);
        self.precision = Some(precision.unwrap_or(PRECISION_MAX));
        self
    }

    /// Sets the number of buckets between one power of two and the next: 2^p.
    ///
    /// # Panics
    ///
    /// If `p` is more than 10.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::LogHistogram;
    ///
    /// // Four buckets from 1024 ns to 2048 ns, four from there to 4096 ns, and so on.
    /// let layout = LogHistogram::builder().precision_exact(2).build();
    /// assert_eq!(layout, LogHistogram::builder().max_error(0.25).build());
    /// ```
    pub fn precision_exact(mut self, p: u32) -> Self {
        assert!(p <= PRECISION_MAX, "precision must be <= {PRECISION_MAX}");
        self.precision = Some(p);
        self
    }

    /// Sets the shortest duration of interest. The default is 100 ns. Shorter ones are counted in
    /// the first bucket.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use vitte::runtime::LogHistogram;
    ///
    /// let layout = LogHistogram::builder().min_value(Duration::from_micros(1)).build();
    /// # drop(layout);
    /// ```
    pub fn min_value(mut self, duration: Duration) -> Self {
        self.min_value = Some(duration);
        self
    }

    /// Sets the longest duration of interest. The default is a minute. Longer ones are counted in
    /// the last bucket.
    ///
    /// # Panics
    ///
    /// If it is zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use vitte::runtime::LogHistogram;
    ///
    /// let layout = LogHistogram::builder().max_value(Duration::from_secs(1)).build();
    /// assert!(layout.max_value() >= 1_000_000_000);
    /// ```
    pub fn max_value(mut self, duration: Duration) -> Self {
        assert!(!duration.is_zero(), "max value must be greater than 0");
        self.max_value = Some(duration);
        self
    }

    /// Builds the layout, if it has no more buckets than that.
    ///
    /// # Errors
    ///
    /// [`InvalidHistogramConfiguration::TooManyBuckets`] if it has more.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::LogHistogram;
    ///
    /// assert!(LogHistogram::builder().max_buckets(119).is_ok());
    /// assert!(LogHistogram::builder().max_buckets(118).is_err());
    /// ```
    pub fn max_buckets(
        &mut self,
        max_buckets: usize,
    ) -> Result<LogHistogram, InvalidHistogramConfiguration> {
        let histogram = self.build();
        if histogram.buckets > max_buckets {
            return Err(InvalidHistogramConfiguration::TooManyBuckets {
                required_bucket_count: histogram.buckets,
            });
        }
        Ok(histogram)
    }

    /// Builds the layout.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::runtime::LogHistogram;
    ///
    /// let layout = LogHistogram::builder().max_error(0.1).build();
    /// # drop(layout);
    /// ```
    pub fn build(&self) -> LogHistogram {
        let precision = self.precision.unwrap_or(PRECISION_DEFAULT);
        // Beyond half of what fits, the start of the last bucket would not fit any more.
        let max = nanos(self.max_value.unwrap_or(MAX_DEFAULT)).min(1 << 63);
        let min = nanos(self.min_value.unwrap_or(MIN_DEFAULT));
        // The first bucket ends at or before the bucket of the shortest duration.
        let skipped = index(min, precision).saturating_sub(1);
        // The last bucket begins after the longest duration, or with it.
        let mut buckets = 2;
        while start(skipped + buckets - 1, precision) < max {
            buckets += 1;
        }
        LogHistogram {
            buckets: buckets as usize,
            precision,
            skipped,
        }
    }
}

/// Why a layout cannot be built; from [`LogHistogramBuilder::max_buckets`].
///
/// # Examples
///
/// ```
/// use vitte::runtime::{InvalidHistogramConfiguration, LogHistogram};
///
/// let InvalidHistogramConfiguration::TooManyBuckets { required_bucket_count } =
///     LogHistogram::builder().max_buckets(10).unwrap_err();
/// assert_eq!(required_bucket_count, 119);
/// ```
#[derive(Debug)]
pub enum InvalidHistogramConfiguration {
    /// It would need more buckets than were allowed.
    TooManyBuckets {
        /// How many it would need.
        required_bucket_count: usize,
    },
}

impl fmt::Display for InvalidHistogramConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let InvalidHistogramConfiguration::TooManyBuckets {
            required_bucket_count,
        } = self;
        write!(
            f,
            "The configuration for this histogram would have required {required_bucket_count} \
             buckets"
        )
    }
}

impl Error for InvalidHistogramConfiguration {}

#[cfg(all(test, not(vitte_loom)))]
mod tests {
    use super::*;

    #[test]
    fn buckets_cover_what_is_of_interest_and_no_more() {
        let layout = LogHistogram::default();
        assert_eq!(layout.buckets(), 119);
        assert_eq!(layout.range(0), 0..96);
        assert_eq!(layout.range(1), 96..112);
        assert!(layout.max_value() >= 60_000_000_000);
        let too_few = LogHistogram::builder().max_buckets(118);
        assert!(too_few.is_err_and(|error| error.to_string().contains("required 119 buckets")));
    }

    #[test]
    fn the_error_decides_the_precision() {
        for (error, precision) in [(0.9, 2), (0.25, 2), (0.2, 3), (0.001, 10), (0.0001, 10)] {
            let layout = LogHistogram::builder().max_error(error).build();
            assert_eq!(layout.precision, precision, "{error}");
        }
    }
}
