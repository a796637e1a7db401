//! What several test modules share.

use std::any::type_name_of_val;
use std::future::Future;
use std::process::Command;
use std::sync::mpsc;
use std::task::{Context, Waker};
use std::time::Duration;

use vitte::runtime::{Builder, Runtime};

pub fn multi_thread(workers: usize) -> Builder {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(workers).enable_all();
    builder
}

pub fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Runs a test on both kinds of runtimes.
pub fn both(test: impl Fn(Runtime)) {
    test(current_thread());
    test(multi_thread(2).build().unwrap());
}

pub fn block_on<F: Future>(future: F) -> F::Output {
    current_thread().block_on(future)
}

pub fn noop() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

/// The text of a panic.
pub fn panic_text(result: std::thread::Result<()>) -> String {
    let payload = result.expect_err("no panic");
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => payload.downcast_ref::<&str>().unwrap_or(&"").to_string(),
    }
}

/// Runs on a thread of its own, so that a hang fails the test instead of stopping all.
pub fn within_a_minute<T: Send + 'static>(test: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, wait) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        let _ = done.send(test());
    });
    match wait.recv_timeout(Duration::from_secs(60)) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("it hangs"),
        Err(mpsc::RecvTimeoutError::Disconnected) => match thread.join() {
            Err(payload) => std::panic::resume_unwind(payload),
            Ok(()) => unreachable!("it ended without a result"),
        },
    }
}

/// This test binary, to run one test and no other.
pub fn this_binary(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command
}

/// Runs the body of a test in a process of its own, where other tests take no memory, hold no lock
/// and meet no limit that it sets. `test` is the test's function, which the child runs again.
pub fn in_own_process<T>(test: &T, body: impl FnOnce()) {
    const CHILD: &str = "VITTE_TEST_CHILD";
    let (_, test) = type_name_of_val(test).split_once("::").unwrap();
    if std::env::var(CHILD).is_ok_and(|child| child == test) {
        return body();
    }
    let output = this_binary(test).env(CHILD, test).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("1 passed"), "the child ran no test: {text}");
}
