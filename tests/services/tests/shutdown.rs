//! A runtime that goes while its services are in full swing takes everything with it: sockets,
//! files, threads. There is one test here, since it counts what the process has.

use std::convert::Infallible;
use std::fs;
use std::future::IntoFuture;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use futures_util::{StreamExt, stream};
use sqlx::sqlite::SqlitePoolOptions;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};

/// How many steps the services make before the runtime goes.
const STEPS: usize = 200;

/// What the process has of something, by the folder of `/proc/self` that lists it.
fn list(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(format!("/proc/self/{folder}")).unwrap();
    let name = |path: PathBuf| match folder {
        "fd" => fs::read_link(path)
            .unwrap_or_default()
            .display()
            .to_string(),
        _ => fs::read_to_string(path.join("comm")).unwrap_or_default(),
    };
    entries.map(|entry| name(entry.unwrap().path())).collect()
}

/// Waits, for as long as a test may take, until there is no more of it than `before`.
fn assert_back_to(before: usize, folder: &str) {
    let start = Instant::now();
    while list(folder).len() > before {
        let elapsed = start.elapsed();
        assert!(
            elapsed < Duration::from_secs(20),
            "not {before}: {:#?}",
            list(folder)
        );
        // A thread that has ended is in the list for a moment longer.
        thread::yield_now();
    }
}

/// A server, clients that download without an end, queries, timers and children.
async fn swing(steps: Arc<AtomicUsize>) {
    let endless = || async {
        let chunk = Bytes::from_static(&[7; 1_000]);
        Body::from_stream(stream::repeat(Ok::<_, Infallible>(chunk)))
    };
    let app = Router::new()
        .route("/", get(|| async { "here" }))
        .route("/endless", get(endless));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, app).into_future());

    let client = reqwest::Client::new();
    for _ in 0..10 {
        let (request, steps) = (client.get(format!("{url}/endless")), steps.clone());
        tokio::spawn(async move {
            let mut body = request.send().await.unwrap().bytes_stream();
            while body.next().await.unwrap().is_ok() {
                steps.fetch_add(1, Ordering::Relaxed);
            }
        });
        let (client, url) = (client.clone(), url.clone());
        tokio::spawn(async move {
            loop {
                assert_eq!(
                    client.get(&url).send().await.unwrap().text().await.unwrap(),
                    "here"
                );
            }
        });
    }

    let pool = SqlitePoolOptions::new()
        .connect("sqlite::memory:")
        .await
        .unwrap();
    tokio::spawn(async move {
        loop {
            let one: i64 = sqlx::query_scalar("SELECT 1")
                .fetch_one(&pool)
                .await
                .unwrap();
            assert_eq!(one, 1);
        }
    });
    tokio::spawn(async {
        let mut child = Command::new("sleep")
            .arg("1000")
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        child.wait().await.unwrap();
    });
    tokio::task::spawn_blocking(|| thread::sleep(Duration::from_millis(1)));
    tokio::spawn(async {
        let mut interval = tokio::time::interval(Duration::from_millis(1));
        loop {
            interval.tick().await;
            tokio::task::spawn_blocking(|| ());
        }
    });
    while steps.load(Ordering::Relaxed) < STEPS {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn in_full_swing(builder: &mut Builder) -> Runtime {
    let runtime = builder.enable_all().build().unwrap();
    runtime.block_on(swing(Arc::default()));
    runtime
}

#[test]
fn everything_goes_with_the_runtime() {
    // What stays for the life of the process is made now: the pipe or socket of the signals, which
    // a child that outlives its runtime needs too.
    let warm_up = in_full_swing(&mut Builder::new_current_thread());
    drop(warm_up.block_on(async { signal(SignalKind::child()).unwrap() }));
    drop(warm_up);
    assert_back_to(2, "task");
    let (files, threads) = (list("fd").len(), list("task").len());

    for _ in 0..5 {
        drop(in_full_swing(&mut Builder::new_current_thread()));
        drop(in_full_swing(Builder::new_multi_thread().worker_threads(2)));
        in_full_swing(&mut Builder::new_multi_thread()).shutdown_timeout(Duration::from_secs(5));
        in_full_swing(&mut Builder::new_multi_thread()).shutdown_background();
    }
    assert_back_to(files, "fd");
    assert_back_to(threads, "task");
}
