//! Many of everything: a million tasks, a hundred thousand sleeps, ten thousand connections.
//!
//! A binary of its own, since it uses up what a process may have; its tests take turns.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream as StdTcpStream;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use vitte::io::{AsyncReadExt, AsyncWriteExt};
use vitte::net::TcpListener;
use vitte::runtime::{Builder, Runtime};
use vitte::sync::Notify;

fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

fn take_turns() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[test]
fn a_million_tasks_are_suspended_and_woken() {
    const TASKS: usize = 1_000_000;
    let _turn = take_turns();
    let runtime = runtime();
    let gate = Arc::new(Notify::new());
    let waiting = Arc::new(AtomicUsize::new(0));
    let done = Arc::new(AtomicUsize::new(0));
    runtime.block_on(async {
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| {
                let (gate, waiting, done) = (gate.clone(), waiting.clone(), done.clone());
                vitte::spawn(async move {
                    let mut opened = std::pin::pin!(gate.notified());
                    opened.as_mut().enable();
                    waiting.fetch_add(1, Ordering::SeqCst);
                    opened.await;
                    done.fetch_add(1, Ordering::SeqCst);
                })
            })
            .collect();
        while waiting.load(Ordering::SeqCst) < TASKS {
            vitte::task::yield_now().await;
        }
        assert_eq!(runtime.metrics().num_alive_tasks(), TASKS);
        assert_eq!(done.load(Ordering::SeqCst), 0);
        gate.notify_waiters();
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert_eq!(done.load(Ordering::SeqCst), TASKS);
    assert_eq!(runtime.metrics().num_alive_tasks(), 0);
}

#[test]
fn a_hundred_thousand_sleeps_all_end() {
    const SLEEPS: usize = 100_000;
    let _turn = take_turns();
    let runtime = runtime();
    let done = Arc::new(AtomicUsize::new(0));
    runtime.block_on(async {
        let started = vitte::time::Instant::now();
        let tasks: Vec<_> = (0..SLEEPS)
            .map(|n| {
                let done = done.clone();
                let duration = Duration::from_millis(300 + n as u64 % 500);
                vitte::spawn(async move {
                    vitte::time::sleep(duration).await;
                    assert!(started.elapsed() >= duration, "fired early");
                    done.fetch_add(1, Ordering::SeqCst);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert_eq!(done.load(Ordering::SeqCst), SLEEPS);
}

/// Set in the child process of the test below: where to connect to.
const CLIENT_ADDRESS: &str = "VITTE_TEST_CLIENT_ADDRESS";
const CONNECTIONS: usize = 10_000;

#[test]
fn ten_thousand_connections_are_open_at_once() {
    if let Ok(address) = std::env::var(CLIENT_ADDRESS) {
        return be_client(&address);
    }
    let _turn = take_turns();
    let runtime = runtime();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        // The clients are in a process of their own: both sides would be too many descriptors.
        let mut client = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "ten_thousand_connections_are_open_at_once",
                "--nocapture",
            ])
            .env(CLIENT_ADDRESS, address)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let echoes: Vec<_> = {
            let mut echoes = Vec::with_capacity(CONNECTIONS);
            while echoes.len() < CONNECTIONS {
                let (mut stream, _) = listener.accept().await.unwrap();
                echoes.push(vitte::spawn(async move {
                    let mut byte = [0];
                    let mut echoed = 0;
                    while stream.read(&mut byte).await.unwrap() == 1 {
                        stream.write_all(&byte).await.unwrap();
                        echoed += 1;
                    }
                    echoed
                }));
            }
            echoes
        };
        assert_eq!(runtime.metrics().num_alive_tasks(), CONNECTIONS);
        // All are open; only now the client may use and close them.
        client.stdin.take().unwrap().write_all(b"go\n").unwrap();
        let mut echoed = 0;
        for echo in echoes {
            echoed += echo.await.unwrap();
        }
        assert_eq!(echoed, CONNECTIONS);
        let status = vitte::task::spawn_blocking(move || client.wait().unwrap())
            .await
            .unwrap();
        assert!(status.success());
    });
}

/// Opens all connections, waits for the word, sends a byte through each and wants it back.
fn be_client(address: &str) {
    use std::io::Read;
    let mut streams: Vec<_> = (0..CONNECTIONS)
        .map(|_| StdTcpStream::connect(address).unwrap())
        .collect();
    BufReader::new(std::io::stdin())
        .read_line(&mut String::new())
        .unwrap();
    for (n, stream) in streams.iter_mut().enumerate() {
        stream.write_all(&[n as u8]).unwrap();
    }
    for (n, stream) in streams.iter_mut().enumerate() {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        assert_eq!(byte[0], n as u8);
    }
}
