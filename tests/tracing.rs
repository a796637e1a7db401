//! Spans and events for tokio-console: what a subscriber receives, with the feature `tracing`.

use std::fmt::Debug;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// A span or an event: its fields are one text, `name=value` with a space behind each.
#[derive(Clone, Debug)]
struct Told {
    /// Of a span.
    id: Option<u64>,
    name: &'static str,
    target: String,
    fields: String,
}

/// A subscriber that records what it receives, and may panic at some of it.
#[derive(Clone, Default)]
struct Notes {
    told: Arc<Mutex<Vec<Told>>>,
    last_id: Arc<AtomicU64>,
    panics_at: Option<&'static str>,
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        *self.0 += &format!("{field}={value:?} ");
    }
}

impl Notes {
    fn note(&self, id: Option<u64>, metadata: &Metadata<'_>, record: impl FnOnce(&mut Fields<'_>)) {
        let mut fields = String::new();
        record(&mut Fields(&mut fields));
        let panics = self.panics_at.is_some_and(|text| fields.contains(text));
        self.told.lock().unwrap().push(Told {
            id,
            name: metadata.name(),
            target: metadata.target().to_owned(),
            fields,
        });
        assert!(!panics, "the subscriber panics, as it was asked to");
    }

    /// What was told with that target, in order.
    fn of(&self, target: &str) -> Vec<Told> {
        let told = self.told.lock().unwrap();
        told.iter()
            .filter(|told| told.target == target)
            .cloned()
            .collect()
    }

    /// The fields of what was told with that target.
    fn fields(&self, target: &str) -> Vec<String> {
        let told = self.of(target).into_iter();
        told.map(|told| told.fields.trim_end().to_owned()).collect()
    }
}

impl Subscriber for Notes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("tokio::") || metadata.target().starts_with("runtime::")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        self.note(Some(id), span.metadata(), |fields| span.record(fields));
        Id::from_u64(id)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.note(None, event.metadata(), |fields| event.record(fields));
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

/// Runs `test` on a current-thread runtime, under a subscriber.
fn watched<T>(notes: &Notes, test: impl AsyncFnOnce() -> T) -> T {
    // Whether somebody is interested in a call site is known to the whole process.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(|turn| turn.into_inner());
    let runtime = vitte::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    tracing::subscriber::with_default(notes.clone(), || runtime.block_on(test()))
}

#[test]
fn a_name_and_a_place_are_in_the_span_of_a_task() {
    let notes = Notes::default();
    let line = watched(&notes, async || {
        let adder = vitte::task::Builder::new().name("adder");
        let (line, task) = (line!(), adder.spawn(async { 1 + 1 }));
        assert_eq!(task.unwrap().await.unwrap(), 2);
        line
    });
    let spans = notes.of("tokio::task");
    let [root, task] = &spans[..] else {
        panic!("block_on and the task, but: {spans:?}");
    };
    assert_eq!((root.name, task.name), ("runtime.spawn", "runtime.spawn"));
    assert!(root.fields.contains("kind=block_on "), "{root:?}");
    assert!(task.fields.contains("kind=task "), "{task:?}");
    assert!(task.fields.contains("task.name=adder "), "{task:?}");
    assert!(task.fields.contains("tests/tracing.rs"), "{task:?}");
    assert!(
        task.fields.contains(&format!("loc.line={line} ")),
        "{task:?}"
    );
}

#[test]
fn what_is_done_with_a_waker_is_told_with_the_id_of_the_tasks_span() {
    let notes = Notes::default();
    watched(&notes, async || {
        let mut is_first = true;
        let task = vitte::spawn(poll_fn(move |cx| {
            if !is_first {
                return Poll::Ready(());
            }
            is_first = false;
            cx.waker().wake_by_ref();
            cx.waker().clone().wake();
            drop(cx.waker().clone());
            Poll::Pending
        }));
        task.await.unwrap();
    });
    let span = notes.of("tokio::task").pop().unwrap().id.unwrap();
    let done = ["wake_by_ref", "clone", "wake", "clone", "drop"];
    let expected = done.map(|done| format!("op=\"waker.{done}\" task.id={span}"));
    assert_eq!(notes.fields("tokio::task::waker"), expected);
}

#[test]
fn a_task_is_woken_by_a_waker_whose_subscriber_panics() {
    let notes = Notes {
        panics_at: Some("waker.wake"),
        ..Notes::default()
    };
    watched(&notes, async || {
        let inner = vitte::spawn(async {});
        // Joins, so that its waker is woken where a panic would end the process.
        let outer = vitte::spawn(async move { inner.await.unwrap() });
        vitte::task::yield_now().await;
        outer.await.unwrap();
    });
}

#[test]
fn a_lock_that_is_waited_for_tells_both_sides() {
    let notes = Notes::default();
    watched(&notes, async || {
        let mutex = Arc::new(vitte::sync::Mutex::new(()));
        let guard = mutex.lock().await;
        let shared = mutex.clone();
        let waiter = vitte::spawn(async move { drop(shared.lock().await) });
        vitte::task::yield_now().await;
        drop(guard);
        waiter.await.unwrap();
    });
    let locked = |fields: &String| fields.starts_with("locked");
    let mut states = notes.fields("runtime::resource::state_update");
    states.retain(locked);
    let expected = [false, true, false, true, false].map(|locked| format!("locked={locked}"));
    assert_eq!(states, expected);
    let waits = notes.of("tokio::util::trace").len();
    assert_eq!(waits, 2 * 2, "two waits, each with a span for its polls");
    let obtained = notes.fields("runtime::resource::async_op::state_update");
    let given = "permits_obtained=1 permits.op=\"add\"";
    assert_eq!(obtained.iter().filter(|fields| *fields == given).count(), 2);
}

#[test]
fn a_reader_that_was_a_writer_is_told_as_both() {
    let notes = Notes::default();
    watched(&notes, async || {
        let lock = vitte::sync::RwLock::new(());
        drop(lock.write().await.downgrade());
    });
    let mut states = notes.fields("runtime::resource::state_update");
    states.retain(|fields| fields.contains("op=") && !fields.starts_with("permits"));
    let expected = [
        "write_locked=true write_locked.op=\"override\"",
        "write_locked=false write_locked.op=\"override\"",
        "current_readers=1 current_readers.op=\"add\"",
        "current_readers=1 current_readers.op=\"sub\"",
    ];
    assert_eq!(states, expected);
}
