//! Many runtimes at a time, also in a forked process.

use std::future::pending;
use std::time::{Duration, Instant};

use vitte::io::{AsyncReadExt, AsyncWriteExt};
use vitte::runtime::{Builder, Runtime};
use vitte::task::LocalSet;
use vitte::{task, time};

use super::{Dice, end, rounds, some_runtime};
use crate::support::{in_own_process, multi_thread, within_a_minute};

#[test]
fn many_runtimes_come_and_go_at_once() {
    within_a_minute(|| {
        let threads: Vec<_> = (0..6)
            .map(|thread| {
                std::thread::spawn(move || {
                    for round in 0..rounds(12) {
                        let mut dice = Dice(thread << 32 | round);
                        let runtime = some_runtime(&mut dice);
                        one_of_many(&runtime);
                        end(&mut dice, runtime);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

/// A bit of everything that a runtime has.
fn one_of_many(runtime: &Runtime) {
    let set = LocalSet::new();
    set.spawn_local(async { time::sleep(Duration::from_micros(50)).await });
    set.block_on(runtime, async {
        let listener = vitte::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = vitte::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"x").await.unwrap();
        });
        let mut client = vitte::net::TcpStream::connect(address).await.unwrap();
        assert_eq!(client.read_u8().await.unwrap(), b'x');
        server.await.unwrap();
        assert_eq!(task::spawn_blocking(|| 7).await.unwrap(), 7);
        vitte::spawn(pending::<()>());
        vitte::spawn(time::sleep(Duration::from_secs(1_000)));
    });
}

/// A fork has none of the threads, and every lock as it was.
#[cfg(unix)]
#[test]
fn a_forked_child_can_run_a_runtime_of_its_own() {
    in_own_process(&a_forked_child_can_run_a_runtime_of_its_own, fork);
}

#[cfg(unix)]
fn fork() {
    let runtime = multi_thread(2).build().unwrap();
    let talk = || async {
        let task = vitte::spawn(async {
            time::sleep(Duration::from_millis(1)).await;
            task::spawn_blocking(|| 5).await.unwrap()
        });
        assert_eq!(task.await.unwrap(), 5);
    };
    runtime.block_on(talk());
    // SAFETY: the child uses only what it makes itself, and `_exit`s.
    let child = unsafe { libc::fork() };
    assert!(child >= 0);
    if child == 0 {
        let lives = std::panic::catch_unwind(|| {
            let own = multi_thread(1).build().unwrap();
            own.block_on(talk());
            drop(own);
            let own = Builder::new_current_thread().enable_all().build().unwrap();
            own.block_on(talk());
        });
        // SAFETY: ends the process.
        unsafe { libc::_exit(i32::from(lives.is_err())) };
    }
    runtime.block_on(talk());
    let mut status = 0;
    let patience = Instant::now() + Duration::from_secs(30);
    loop {
        // SAFETY: the child is ours, and `status` outlives the call.
        let ended = unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) };
        if ended == child {
            break;
        }
        if Instant::now() > patience {
            // SAFETY: the child was not waited for yet.
            unsafe { libc::kill(child, libc::SIGKILL) };
            panic!("the child hangs");
        }
        runtime.block_on(async { time::sleep(Duration::from_millis(1)).await });
    }
    assert_eq!(status, 0);
    runtime.block_on(talk());
}
