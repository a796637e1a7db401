//! A web service on an unmodified axum, which runs on vitte through the drop-in `tokio` crate.
//!
//! `cargo run --release --example http_server -- 127.0.0.1:3000`
//!
//! - `/` says hello,
//! - `/sleep/{ms}` answers after that many milliseconds,
//! - `/stream` sends ten lines, one every 100 ms.
//!
//! On ctrl-c it stops accepting connections, and ends when all requests have been answered.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::routing::get;
use futures::stream;
use vitte::net::TcpListener;
use vitte::time::sleep;

#[vitte::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:3000".to_string());
    let app = Router::new()
        .route("/", get(|| async { "Hello from vitte!\n" }))
        .route("/sleep/{ms}", get(nap))
        .route("/stream", get(|| async { Body::from_stream(lines()) }));
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app)
        .with_graceful_shutdown(interrupted())
        .await
}

async fn nap(Path(ms): Path<u64>) -> String {
    sleep(Duration::from_millis(ms)).await;
    format!("slept for {ms} ms\n")
}

fn lines() -> impl stream::Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold(0, |line| async move {
        if line == 10 {
            return None;
        }
        sleep(Duration::from_millis(100)).await;
        Some((Ok(Bytes::from(format!("line {line}\n"))), line + 1))
    })
}

/// Completes on ctrl-c. If the signal cannot be caught, the service runs on.
async fn interrupted() {
    if vitte::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
