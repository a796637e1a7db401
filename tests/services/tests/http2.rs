//! hyper's HTTP/2 at both ends, without a pool or a framework: streams that share a connection,
//! flow control, a stream that is reset, and a graceful end.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http2::SendRequest;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use services::on_both_flavors;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Barrier, Notify, mpsc};
use tokio::task::{JoinHandle, JoinSet};
use tokio_stream::wrappers::ReceiverStream;

/// How many requests have to be there at once before `/together` answers any of them.
const TOGETHER: usize = 100;

#[derive(Clone)]
struct Steps {
    together: Arc<Barrier>,
    entered: Arc<Notify>,
    answer: Arc<Notify>,
    dropped: Arc<Notify>,
    goodbye: Arc<Notify>,
}

/// Notifies when it goes.
struct OnDrop(Arc<Notify>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

async fn answer(
    request: Request<Incoming>,
    steps: Steps,
) -> hyper::Result<Response<BoxBody<Bytes, hyper::Error>>> {
    let path = request.uri().path().to_string();
    let body = match path.as_str() {
        "/echo" => request.into_body().boxed(),
        "/together" => {
            steps.together.wait().await;
            full(path)
        }
        _ => {
            let _on_drop = OnDrop(steps.dropped);
            steps.entered.notify_one();
            steps.answer.notified().await;
            full(path)
        }
    };
    Ok(Response::new(body))
}

fn full(text: String) -> BoxBody<Bytes, hyper::Error> {
    Full::from(text).map_err(|never| match never {}).boxed()
}

struct Connection {
    sender: SendRequest<BoxBody<Bytes, Infallible>>,
    steps: Steps,
    client: JoinHandle<hyper::Result<()>>,
    server: JoinHandle<hyper::Result<()>>,
}

impl Connection {
    async fn open() -> Connection {
        let steps = Steps {
            together: Arc::new(Barrier::new(TOGETHER)),
            entered: Arc::default(),
            answer: Arc::default(),
            dropped: Arc::default(),
            goodbye: Arc::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(serve(listener, steps.clone()));
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, client) = hyper::client::conn::http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .handshake(TokioIo::new(stream))
            .await
            .unwrap();
        Connection {
            sender,
            steps,
            client: tokio::spawn(client),
            server,
        }
    }

    /// Drops the sender, whereupon both ends finish.
    async fn close(self) {
        drop(self.sender);
        self.client.await.unwrap().unwrap();
        self.server.await.unwrap().unwrap();
    }
}

async fn serve(listener: TcpListener, steps: Steps) -> hyper::Result<()> {
    let (stream, _) = listener.accept().await.unwrap();
    stream.set_nodelay(true).unwrap();
    let goodbye = steps.goodbye.clone();
    let service = service_fn(move |request| answer(request, steps.clone()));
    let connection = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        result = &mut connection => return result,
        () = goodbye.notified() => connection.as_mut().graceful_shutdown(),
    }
    connection.await
}

fn get(path: &str) -> Request<BoxBody<Bytes, Infallible>> {
    Request::get(format!("http://localhost{path}"))
        .body(Full::default().boxed())
        .unwrap()
}

async fn text(response: Response<Incoming>) -> String {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

#[test]
fn a_hundred_streams_are_answered_at_once() {
    on_both_flavors(|| async {
        let connection = Connection::open().await;
        let mut requests = JoinSet::new();
        for _ in 0..TOGETHER {
            let mut sender = connection.sender.clone();
            requests.spawn(async move {
                let response = sender.send_request(get("/together")).await.unwrap();
                assert_eq!(text(response).await, "/together");
            });
        }
        assert_eq!(requests.join_all().await.len(), TOGETHER);
        connection.close().await;
    });
}

#[test]
fn an_echo_goes_on_while_its_request_is_still_sent() {
    on_both_flavors(|| async {
        let mut connection = Connection::open().await;
        let (chunks, body) = mpsc::channel::<Bytes>(1);
        let body = StreamBody::new(ReceiverStream::new(body).map(|chunk| Ok(Frame::data(chunk))));
        let request = Request::post("http://localhost/echo")
            .body(BodyExt::boxed(body))
            .unwrap();
        let response = connection.sender.send_request(request).await.unwrap();
        let mut echo = response.into_body();
        // 8 MiB in all, far beyond the window that a stream or a connection begins with.
        for count in 0..128_u8 {
            chunks
                .send(Bytes::from(vec![count; 1 << 16]))
                .await
                .unwrap();
            let mut missing = 1 << 16;
            while missing > 0 {
                let data = echo.frame().await.unwrap().unwrap().into_data().unwrap();
                assert!(data.iter().all(|byte| *byte == count));
                missing -= data.len();
            }
        }
        drop(chunks);
        assert!(echo.collect().await.unwrap().to_bytes().is_empty());
        connection.close().await;
    });
}

#[test]
fn a_request_that_is_dropped_ends_its_handler_and_no_other() {
    on_both_flavors(|| async {
        let mut connection = Connection::open().await;
        let request = tokio::spawn(connection.sender.send_request(get("/wait")));
        connection.steps.entered.notified().await;
        request.abort();
        connection.steps.dropped.notified().await;
        connection.steps.answer.notify_one();
        let response = connection.sender.send_request(get("/wait")).await.unwrap();
        assert_eq!(text(response).await, "/wait");
        connection.close().await;
    });
}

#[test]
fn a_graceful_end_answers_what_is_under_way() {
    on_both_flavors(|| async {
        let mut connection = Connection::open().await;
        let request = tokio::spawn(connection.sender.send_request(get("/wait")));
        connection.steps.entered.notified().await;
        connection.steps.goodbye.notify_one();
        // Requests are answered until the goodbye has reached the client.
        while connection.sender.send_request(get("/echo")).await.is_ok() {}
        assert!(!request.is_finished());
        connection.steps.answer.notify_one();
        assert_eq!(text(request.await.unwrap().unwrap()).await, "/wait");
        connection.close().await;
    });
}
