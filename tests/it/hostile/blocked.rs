//! What goes on while a worker is kept by a poll that does not end.
//!
//! In these tests a task blocks its thread until another one did something. If nobody looked after
//! the blocked worker, that would not happen before the poll ends, and the wait would time out.

use std::future::poll_fn;
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::task::Poll;
use std::time::{Duration, Instant};

use vitte::io::{AsyncReadExt, AsyncWriteExt};
use vitte::net::TcpListener;
use vitte::runtime::{Builder, Runtime};
use vitte::{task, time};

use crate::support::multi_thread;

/// Long enough for any machine; who waits for that long, waits in vain.
const IN_VAIN: Duration = Duration::from_secs(30);

/// Blocks this thread until there is a message.
#[track_caller]
fn block_until(told: &mpsc::Receiver<()>) {
    told.recv_timeout(IN_VAIN)
        .expect("nobody looks after a blocked worker");
}

#[test]
fn a_task_readied_by_a_poll_that_blocks_runs_elsewhere() {
    for workers in [2, 3] {
        let runtime = multi_thread(workers).build().unwrap();
        let blocker = runtime.spawn(async {
            for _ in 0..5 {
                let (tell, told) = mpsc::channel();
                task::spawn(async move { tell.send(()).unwrap() });
                block_until(&told);
                task::yield_now().await;
            }
        });
        runtime.block_on(blocker).unwrap();
    }
}

#[test]
fn all_tasks_readied_by_polls_that_block_run_on_the_one_worker_that_is_left() {
    const WORKERS: usize = 4;
    let runtime = multi_thread(WORKERS).build().unwrap();
    let blockers: Vec<_> = (1..WORKERS)
        .map(|_| {
            runtime.spawn(async {
                let (tell, told) = mpsc::channel();
                task::spawn(async move { tell.send(()).unwrap() });
                block_until(&told);
            })
        })
        .collect();
    for blocker in blockers {
        runtime.block_on(blocker).unwrap();
    }
}

#[test]
fn a_task_that_woke_itself_before_another_blocked_runs_elsewhere() {
    let runtime = multi_thread(2).build().unwrap();
    let blocker = runtime.spawn(async {
        let (tell, told) = mpsc::channel();
        let mut polled_before = false;
        let mut own_waker = None;
        // The other task wakes this one, which is next then, and itself, so that it comes after.
        poll_fn(move |cx| {
            if own_waker.is_none() {
                let this = cx.waker().clone();
                own_waker = Some(this.clone());
                let tell = tell.clone();
                task::spawn(poll_fn(move |cx| {
                    if polled_before {
                        tell.send(()).unwrap();
                        return Poll::Ready(());
                    }
                    polled_before = true;
                    this.wake_by_ref();
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }));
                return Poll::Pending;
            }
            block_until(&told);
            Poll::Ready(())
        })
        .await;
    });
    runtime.block_on(blocker).unwrap();
}

/// Tasks of one turn are so few that nobody is woken for them.
#[test]
fn tasks_of_the_same_turn_run_elsewhere_if_one_of_them_blocks() {
    async fn meet(when: time::Instant, tell: mpsc::Sender<()>, told: mpsc::Receiver<()>) {
        time::sleep_until(when).await;
        tell.send(()).unwrap();
        block_until(&told);
    }
    let runtime = multi_thread(2).build().unwrap();
    for _ in 0..5 {
        let when = time::Instant::now() + Duration::from_millis(5);
        let (tell_first, told_first) = mpsc::channel();
        let (tell_second, told_second) = mpsc::channel();
        let first = runtime.spawn(meet(when, tell_second, told_first));
        let second = runtime.spawn(meet(when, tell_first, told_second));
        runtime.block_on(first).unwrap();
        runtime.block_on(second).unwrap();
    }
}

#[test]
fn sleeps_of_others_end_while_the_worker_that_had_the_driver_blocks() {
    let runtime = multi_thread(2).build().unwrap();
    for _ in 0..5 {
        let (tell, told) = mpsc::channel();
        let blocker = runtime.spawn(async move {
            // Whoever is in the driver when this ends runs what follows.
            time::sleep(Duration::from_millis(5)).await;
            block_until(&told);
        });
        runtime.spawn(async move {
            time::sleep(Duration::from_millis(20)).await;
            tell.send(()).unwrap();
        });
        runtime.block_on(blocker).unwrap();
    }
}

/// Sends back each byte of each connection.
fn serve_echoes(runtime: &Runtime, listener: TcpListener) {
    runtime.spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            task::spawn(async move {
                let mut byte = [0];
                while stream.read_exact(&mut byte).await.is_ok() {
                    stream.write_all(&byte).await.unwrap();
                }
            });
        }
    });
}

/// Blocks this thread until the byte came back.
#[track_caller]
fn echo(stream: &mut std::net::TcpStream, byte: u8) {
    stream.write_all(&[byte]).unwrap();
    let mut echo = [0];
    stream
        .read_exact(&mut echo)
        .expect("nobody looks after sockets");
    assert_eq!(echo, [byte]);
}

#[test]
fn echoes_of_others_come_back_while_the_worker_that_had_the_driver_blocks() {
    let runtime = multi_thread(2).build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    serve_echoes(&runtime, listener);
    for _ in 0..5 {
        let blocker = runtime.spawn(async move {
            time::sleep(Duration::from_millis(5)).await;
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(IN_VAIN)).unwrap();
            for byte in 0..3 {
                echo(&mut stream, byte);
            }
        });
        runtime.block_on(blocker).unwrap();
    }
}

#[test]
fn a_busy_worker_looks_after_a_blocked_one() {
    let runtime = multi_thread(2).build().unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let seen = done.clone();
    let (began, has_begun) = mpsc::channel();
    runtime.spawn(async move {
        began.send(()).unwrap();
        while !seen.load(Ordering::Relaxed) {
            task::yield_now().await;
        }
    });
    block_until(&has_begun);
    let blocker = runtime.spawn(async {
        let (tell, told) = mpsc::channel();
        task::spawn(async move { tell.send(()).unwrap() });
        block_until(&told);
    });
    runtime.block_on(blocker).unwrap();
    done.store(true, Ordering::Relaxed);
}

#[test]
fn a_runtime_with_a_blocked_worker_shuts_down_when_the_poll_ends() {
    let runtime = multi_thread(2).build().unwrap();
    let (tell, told) = mpsc::channel();
    let (began, has_begun) = mpsc::channel();
    runtime.spawn(async move {
        began.send(()).unwrap();
        block_until(&told);
    });
    block_until(&has_begun);
    let dropping = std::thread::spawn(move || drop(runtime));
    tell.send(()).unwrap();
    dropping.join().unwrap();
}

/// Whoever takes the driver over from a poll that blocks has looked before, and a look finds that
/// out after 2 ms at the earliest. Where polls block again and again, somebody is in the driver
/// before the poll begins. Of many rounds the fastest counts: a busy machine makes rounds slower,
/// never faster.
#[test]
fn where_polls_block_frequently_echoes_of_others_wait_for_no_look() {
    const A_LOOK: Duration = Duration::from_millis(2);
    let runtime = multi_thread(2).build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    serve_echoes(&runtime, listener);
    let blocker = runtime.spawn(async move {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(IN_VAIN)).unwrap();
        let mut fastest = IN_VAIN;
        for _ in 0..60 {
            // Whoever is in the driver when this ends runs what follows.
            time::sleep(A_LOOK).await;
            let start = std::time::Instant::now();
            echo(&mut stream, 7);
            fastest = fastest.min(start.elapsed());
            // The poll goes on: it is the long ones that count as frequent.
            std::thread::sleep(4 * A_LOOK);
        }
        fastest
    });
    let fastest = runtime.block_on(blocker).unwrap();
    assert!(fastest < A_LOOK * 3 / 4, "{fastest:?}");
}

/// How often each of a runtime's threads went to sleep so far.
#[cfg(target_os = "linux")]
fn naps(thread_name: &str) -> Vec<String> {
    let mut naps = Vec::new();
    for thread in std::fs::read_dir("/proc/self/task").unwrap() {
        let folder = thread.unwrap().path();
        let read = |file| std::fs::read_to_string(folder.join(file)).unwrap_or_default();
        if read("comm").trim() != thread_name {
            continue;
        }
        let status = read("status");
        let line = status
            .lines()
            .find(|line| line.starts_with("voluntary_ctxt_switches"));
        naps.push(format!(
            "{}: {}",
            folder.display(),
            line.unwrap_or_default()
        ));
    }
    naps.sort();
    naps
}

#[cfg(target_os = "linux")]
#[test]
fn the_threads_of_an_idle_runtime_do_not_wake_up() {
    const NAME: &str = "idle-sentinel";
    let mut builder = Builder::new_multi_thread();
    let runtime = builder
        .worker_threads(3)
        .enable_all()
        .thread_name(NAME)
        .build()
        .unwrap();
    for _ in 0..10 {
        runtime
            .block_on(runtime.spawn(async { time::sleep(Duration::from_millis(1)).await }))
            .unwrap();
    }
    // The sentinel looks once or twice more, and then all sleep.
    let deadline = std::time::Instant::now() + IN_VAIN;
    loop {
        let before = naps(NAME);
        assert_eq!(before.len(), 3);
        std::thread::sleep(Duration::from_millis(200));
        if naps(NAME) == before {
            break;
        }
        assert!(
            std::time::Instant::now() < deadline,
            "the runtime does not come to rest"
        );
    }
}

#[test]
fn a_blocked_worker_does_not_hold_up_the_others() {
    let runtime = multi_thread(2).build().unwrap();
    let (entered, blocked) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    runtime.spawn(async move {
        entered.send(()).unwrap();
        let _ = released.recv_timeout(Duration::from_secs(1));
    });
    blocked.recv().unwrap();
    let started = Instant::now();
    let done = runtime.block_on(async {
        let tasks: Vec<_> = (0..1_000u32)
            .map(|n| {
                vitte::spawn(async move {
                    time::sleep(Duration::from_millis(1)).await;
                    n
                })
            })
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        sum
    });
    assert_eq!(done, 499_500);
    assert!(
        started.elapsed() < Duration::from_millis(900),
        "waited for the blocked worker"
    );
    let _ = release.send(());
}
