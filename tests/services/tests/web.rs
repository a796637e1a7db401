//! axum serves, reqwest asks: JSON, bodies that stream, a client that gives up, and a graceful
//! shutdown.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use services::on_both_flavors;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio::task::{JoinHandle, JoinSet};

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Order {
    item: String,
    count: u32,
}

/// What the handlers and the test tell each other.
struct Steps {
    /// The handler was called.
    entered: Notify,
    /// The handler may answer.
    answer: Notify,
    /// The handler's future was dropped.
    dropped: Notify,
    /// A permit for each chunk that may be sent.
    chunks: Semaphore,
}

/// Notifies when it goes.
struct OnDrop<'a>(&'a Notify);

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

struct Server {
    address: SocketAddr,
    steps: Arc<Steps>,
    shutdown: oneshot::Sender<()>,
    serving: JoinHandle<io::Result<()>>,
}

impl Server {
    async fn start() -> Server {
        let steps = Arc::new(Steps {
            entered: Notify::new(),
            answer: Notify::new(),
            dropped: Notify::new(),
            chunks: Semaphore::new(0),
        });
        let app = Router::new()
            .route("/double", post(double))
            .route("/length", post(length))
            .route("/chunks", get(chunks))
            .route("/wait", get(wait))
            .layer(DefaultBodyLimit::disable())
            .with_state(steps.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (shutdown, asked) = oneshot::channel::<()>();
        let serving = tokio::spawn(async move {
            axum::serve(listener, app)
                .with_graceful_shutdown(async { drop(asked.await) })
                .await
        });
        Server {
            address,
            steps,
            shutdown,
            serving,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn stop(self) {
        self.shutdown.send(()).unwrap();
        self.serving.await.unwrap().unwrap();
    }
}

async fn double(Json(order): Json<Order>) -> Json<Order> {
    Json(Order {
        count: order.count * 2,
        ..order
    })
}

/// Adds up the body chunk by chunk.
async fn length(body: Body) -> String {
    let mut chunks = body.into_data_stream();
    let mut length = 0;
    while let Some(chunk) = chunks.next().await {
        length += chunk.unwrap().len();
    }
    length.to_string()
}

/// Ten chunks, each when the test permits it.
async fn chunks(State(steps): State<Arc<Steps>>) -> Body {
    Body::from_stream(stream::unfold((0, steps), |(index, steps)| async move {
        if index == 10 {
            return None;
        }
        steps.chunks.acquire().await.unwrap().forget();
        let chunk = Bytes::from(format!("chunk {index}"));
        Some((Ok::<_, Infallible>(chunk), (index + 1, steps)))
    }))
}

async fn wait(State(steps): State<Arc<Steps>>) -> &'static str {
    let _on_drop = OnDrop(&steps.dropped);
    steps.entered.notify_one();
    steps.answer.notified().await;
    "answered"
}

#[test]
fn json_is_answered_on_many_connections() {
    on_both_flavors(|| async {
        let server = Server::start().await;
        let client = reqwest::Client::new();
        let mut requests = JoinSet::new();
        for count in 0..100 {
            let request = client.post(server.url("/double"));
            requests.spawn(async move {
                let order = Order {
                    item: format!("item {count}"),
                    count,
                };
                let response = request.json(&order).send().await.unwrap();
                let doubled: Order = response.error_for_status().unwrap().json().await.unwrap();
                assert_eq!(
                    doubled,
                    Order {
                        count: count * 2,
                        ..order
                    }
                );
            });
        }
        assert_eq!(requests.join_all().await.len(), 100);
        let nonsense = client
            .post(server.url("/double"))
            .body("nonsense")
            .send()
            .await
            .unwrap();
        assert_eq!(
            nonsense.status(),
            reqwest::StatusCode::UNSUPPORTED_MEDIA_TYPE
        );
        drop(client);
        server.stop().await;
    });
}

#[test]
fn chunks_of_a_response_arrive_one_by_one() {
    on_both_flavors(|| async {
        let server = Server::start().await;
        let response = reqwest::get(server.url("/chunks")).await.unwrap();
        let mut body = response.bytes_stream();
        for index in 0..10 {
            // The next chunk does not exist until the one before has arrived.
            server.steps.chunks.add_permits(1);
            let chunk = body.next().await.unwrap().unwrap();
            assert_eq!(chunk, format!("chunk {index}"));
        }
        assert!(body.next().await.is_none());
        server.stop().await;
    });
}

#[test]
fn a_streamed_request_of_16_mib_arrives_whole() {
    on_both_flavors(|| async {
        let server = Server::start().await;
        let chunk = Bytes::from(vec![7; 1 << 16]);
        let chunks = stream::iter((0..256).map(move |_| Ok::<_, Infallible>(chunk.clone())));
        let body = reqwest::Body::wrap_stream(chunks);
        let request = reqwest::Client::new()
            .post(server.url("/length"))
            .body(body);
        let length = request.send().await.unwrap().text().await.unwrap();
        assert_eq!(length, (16 << 20).to_string());
        server.stop().await;
    });
}

#[test]
fn a_client_that_gives_up_ends_the_handler() {
    on_both_flavors(|| async {
        let server = Server::start().await;
        let client = reqwest::Client::new();
        let request = client
            .get(server.url("/wait"))
            .timeout(Duration::from_millis(100));
        let error = request.send().await.unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        server.steps.entered.notified().await;
        server.steps.dropped.notified().await;
        server.stop().await;
    });
}

#[test]
fn a_graceful_shutdown_refuses_the_new_and_finishes_what_is_under_way() {
    on_both_flavors(|| async {
        let server = Server::start().await;
        let request = tokio::spawn(reqwest::get(server.url("/wait")));
        server.steps.entered.notified().await;
        server.shutdown.send(()).unwrap();
        while TcpStream::connect(server.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        assert!(!server.serving.is_finished());
        server.steps.answer.notify_one();
        let response = request.await.unwrap().unwrap();
        assert_eq!(response.text().await.unwrap(), "answered");
        server.serving.await.unwrap().unwrap();
    });
}
