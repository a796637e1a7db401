//! Where a panic says it is, and in which words: the caller's line, tokio's text.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::time::Duration;

use vitte::runtime::{Builder, HistogramConfiguration};

thread_local! {
    static SEEN: RefCell<Option<(String, String)>> = const { RefCell::new(None) };
}

/// The file and the message of the panic that `code` ends in.
fn panic_of(code: impl FnOnce()) -> (String, String) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let message = info.payload().downcast_ref::<String>().cloned();
            let message = message.unwrap_or_default();
            if let Some(place) = info.location() {
                SEEN.set(Some((place.file().to_owned(), message)));
            }
            previous(info);
        }));
    });
    assert!(catch_unwind(AssertUnwindSafe(code)).is_err(), "no panic");
    SEEN.take().expect("the hook was called")
}

#[test]
fn a_bucket_that_does_not_exist_panics_where_it_was_asked_for() {
    let runtime = Builder::new_current_thread()
        .enable_metrics_poll_time_histogram()
        .metrics_poll_time_histogram_configuration(HistogramConfiguration::linear(
            Duration::from_nanos(2),
            3,
        ))
        .enable_metrics_schedule_latency_histogram()
        .build()
        .unwrap();
    let metrics = runtime.metrics();
    let (file, _) = panic_of(|| {
        metrics.poll_time_histogram_bucket_count(0, 3);
    });
    assert_eq!(file, file!());
    let (file, _) = panic_of(|| {
        metrics.schedule_latency_histogram_bucket_count(0, 1000);
    });
    assert_eq!(file, file!());
    if cfg!(debug_assertions) {
        let (file, _) = panic_of(|| {
            metrics.poll_time_histogram_bucket_range(usize::MAX);
        });
        assert_eq!(file, file!());
    }
}

#[test]
fn a_paused_start_on_many_threads_panics_in_the_words_of_pause() {
    let (file, message) = panic_of(|| {
        let _ = Builder::new_multi_thread()
            .enable_time()
            .start_paused(true)
            .build();
    });
    assert_eq!(file, file!());
    assert!(
        message.starts_with("`time::pause()` requires the `current_thread` Tokio runtime."),
        "{message}"
    );
}
