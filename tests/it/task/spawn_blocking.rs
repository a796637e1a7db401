//! `spawn_blocking`: jobs that find no thread, or a busy one.

use std::sync::mpsc;

use crate::support::{in_own_process, multi_thread, within_a_minute};

/// The job was left to the threads that there were, and those were workers, which never take one.
#[cfg(target_os = "linux")]
#[test]
fn a_job_that_no_thread_can_be_had_for_is_refused() {
    in_own_process(
        &a_job_that_no_thread_can_be_had_for_is_refused,
        refuse_a_job,
    );
}

#[cfg(target_os = "linux")]
fn refuse_a_job() {
    within_a_minute(|| {
        let runtime = multi_thread(1)
            .thread_stack_size(256 << 20)
            .build()
            .unwrap();
        runtime.block_on(runtime.spawn(async {})).unwrap();
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        let pages: u64 = statm.split(' ').next().unwrap().parse().unwrap();
        let limit = libc::rlimit {
            rlim_cur: pages * 4096 + (128 << 20),
            rlim_max: libc::RLIM_INFINITY,
        };
        // SAFETY: the limit is a valid struct that outlives the call.
        let limited = unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) };
        assert_eq!(limited, 0);
        let refused = std::panic::AssertUnwindSafe(|| drop(runtime.spawn_blocking(|| ())));
        assert!(
            std::panic::catch_unwind(refused).is_err(),
            "the job was accepted"
        );
    });
}

/// Jobs that waited for the only thread were cancelled where tokio runs them: a pool of one thread
/// that writes one thing after the other lost what it had not begun.
#[test]
fn jobs_that_wait_for_a_busy_thread_run_before_the_runtime_has_ended() {
    within_a_minute(|| {
        let runtime = multi_thread(1).max_blocking_threads(1).build().unwrap();
        let (begun, wait) = mpsc::channel();
        let (go_on, gate) = mpsc::channel();
        runtime.spawn_blocking(move || {
            begun.send(()).unwrap();
            gate.recv().unwrap();
        });
        wait.recv().unwrap();
        let (write, written) = mpsc::channel();
        for n in 0..5 {
            let write = write.clone();
            runtime.spawn_blocking(move || write.send(n).unwrap());
        }
        // A job that an open pool takes waits behind the others; a closed one cancels it at once.
        let handle = runtime.handle().clone();
        let end = std::thread::spawn(move || drop(runtime));
        let is_closed = || handle.spawn_blocking(|| ()).is_finished();
        while !is_closed() {
            std::thread::yield_now();
        }
        go_on.send(()).unwrap();
        end.join().unwrap();
        // The worker's thread may help out once the worker has ended, so the order is open.
        let mut written: Vec<_> = written.try_iter().collect();
        written.sort();
        assert_eq!(written, [0, 1, 2, 3, 4]);
    });
}
