//! Tasks, time, macros, and the runtimes themselves.

use std::future::{pending, poll_fn};
use std::task::Poll;
use std::time::Duration;

use vitte::sync::oneshot;
use vitte::{task, time};

use super::current_thread;
use crate::support::{multi_thread, within_a_minute};

/// 2045: clones of one task's waker were taken for different ones.
#[test]
fn wakers_of_one_task_wake_the_same() {
    for runtime in [current_thread(), multi_thread(1).build().unwrap()] {
        let task = runtime.spawn(poll_fn(|cx| {
            let clone = cx.waker().clone();
            Poll::Ready(clone.will_wake(cx.waker()))
        }));
        assert!(runtime.block_on(task).unwrap());
    }
}

/// 4461: the difference of two instants in the wrong order panicked on some systems.
#[test]
fn instants_in_the_wrong_order_are_zero_apart() {
    let early = time::Instant::now();
    let late = early + Duration::from_secs(5);
    assert_eq!(early.duration_since(late), Duration::ZERO);
    assert_eq!(early - late, Duration::ZERO);
    assert_eq!(late.elapsed(), Duration::ZERO);
    assert_eq!(early.checked_duration_since(late), None);
}

/// 6339: `select!` with nothing but `else` did not compile. 4837: attributes of a task-local were
/// lost.
#[test]
fn macros_take_what_is_left_over() {
    vitte::task_local! {
        #[allow(unused)]
        static UNUSED: u32;
        /// A doc comment is an attribute, too.
        static USED: u32;
    }
    let answer = async {
        vitte::select! {
            else => 42,
        }
    };
    let answer = vitte::runtime::Runtime::new()
        .unwrap()
        .block_on(USED.scope(1, answer));
    assert_eq!(answer, 42);
}

/// 6148: a task that was woken while thread-locals were destroyed panicked.
#[test]
fn a_task_may_be_woken_while_thread_locals_are_destroyed() {
    struct WakeOnDrop(Option<oneshot::Sender<u32>>);
    impl Drop for WakeOnDrop {
        fn drop(&mut self) {
            self.0.take().unwrap().send(5).unwrap();
        }
    }
    thread_local! {
        static LAST: std::cell::RefCell<Option<WakeOnDrop>> =
            const { std::cell::RefCell::new(None) };
    }
    for runtime in [current_thread(), multi_thread(1).build().unwrap()] {
        let (tx, rx) = oneshot::channel();
        let task = runtime.spawn(rx);
        let thread = std::thread::spawn(move || {
            LAST.with(|last| *last.borrow_mut() = Some(WakeOnDrop(Some(tx))));
        });
        assert_eq!(runtime.block_on(task).unwrap(), Ok(5));
        thread.join().unwrap();
    }
}

/// 6999, 7216: a yield inside `block_in_place` waited for a worker that was not there.
#[test]
fn a_yield_inside_block_in_place_goes_on() {
    within_a_minute(|| {
        let runtime = multi_thread(1).build().unwrap();
        let task = runtime.spawn(async {
            task::block_in_place(|| {
                let handle = vitte::runtime::Handle::current();
                handle.block_on(async {
                    for _ in 0..10 {
                        task::yield_now().await;
                    }
                });
            });
            7
        });
        assert_eq!(runtime.block_on(task).unwrap(), 7);
    });
}

/// 3564: each runtime left something behind.
#[cfg(target_os = "linux")]
#[test]
fn many_runtimes_one_after_the_other_take_no_more_memory() {
    const CHILD: &str = "VITTE_TEST_MEMORY";
    if std::env::var_os(CHILD).is_some() {
        return make_many_runtimes();
    }
    // In a process of its own: other tests take memory as well.
    let name = "tokio_fixes::runtime::many_runtimes_one_after_the_other_take_no_more_memory";
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[cfg(target_os = "linux")]
fn make_many_runtimes() {
    let resident = || {
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        let pages: usize = statm.split(' ').nth(1).unwrap().parse().unwrap();
        pages * 4096
    };
    let one = || {
        let runtime = current_thread();
        runtime.spawn(pending::<()>());
        runtime.block_on(async { time::sleep(Duration::from_micros(1)).await });
    };
    (0..200).for_each(|_| one());
    let before = resident();
    (0..1_000).for_each(|_| one());
    let more = resident().saturating_sub(before);
    // A sanitizer keeps freed memory for a while. A runtime takes some tens of kilobytes.
    assert!(more < 20 << 20, "{more} bytes more");
}
