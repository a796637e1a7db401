//! tonic's client and server: the four kinds of call, deadlines, and a shutdown.

use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use services::on_both_flavors;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tonic::transport::{Channel, Server};
use tonic::{Code, Request, Response, Status, Streaming};

#[allow(clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/services.tally.Tally.rs"));
}
use generated::tally_client::TallyClient;
use generated::tally_server::{Tally, TallyServer};

/// The only message: what `message Number { int64 value = 1; }` would become.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Number {
    #[prost(int64, tag = "1")]
    value: i64,
}

struct Adder;

type Numbers = Pin<Box<dyn Stream<Item = Result<Number, Status>> + Send>>;

#[tonic::async_trait]
impl Tally for Adder {
    /// One more; nothing at all for a negative number.
    async fn add(&self, request: Request<Number>) -> Result<Response<Number>, Status> {
        match request.into_inner().value {
            value if value < 0 => std::future::pending().await,
            value => Ok(Response::new(Number { value: value + 1 })),
        }
    }

    type CountUpStream = Numbers;

    async fn count_up(&self, request: Request<Number>) -> Result<Response<Numbers>, Status> {
        let end = request.into_inner().value;
        if end < 0 {
            return Err(Status::invalid_argument("counts up only"));
        }
        Ok(Response::new(
            stream::iter((0..end).map(|value| Ok(Number { value }))).boxed(),
        ))
    }

    async fn sum(&self, request: Request<Streaming<Number>>) -> Result<Response<Number>, Status> {
        let mut numbers = request.into_inner();
        let mut sum = 0;
        while let Some(number) = numbers.message().await? {
            sum += number.value;
        }
        Ok(Response::new(Number { value: sum }))
    }

    type RunningStream = Numbers;

    /// The sum so far, after each number.
    async fn running(
        &self,
        request: Request<Streaming<Number>>,
    ) -> Result<Response<Numbers>, Status> {
        let sums = request.into_inner().scan(0, |sum, number| {
            let so_far = number.map(|number| {
                *sum += number.value;
                Number { value: *sum }
            });
            std::future::ready(Some(so_far))
        });
        Ok(Response::new(sums.boxed()))
    }
}

struct Serving {
    address: SocketAddr,
    shutdown: oneshot::Sender<()>,
    task: JoinHandle<Result<(), tonic::transport::Error>>,
}

impl Serving {
    async fn start() -> Serving {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (shutdown, asked) = oneshot::channel::<()>();
        let task = tokio::spawn(
            Server::builder()
                .add_service(TallyServer::new(Adder))
                .serve_with_incoming_shutdown(TcpListenerStream::new(listener), async {
                    drop(asked.await)
                }),
        );
        Serving {
            address,
            shutdown,
            task,
        }
    }

    async fn client(&self) -> TallyClient<Channel> {
        TallyClient::connect(format!("http://{}", self.address))
            .await
            .unwrap()
    }

    async fn stop(self) {
        self.shutdown.send(()).unwrap();
        self.task.await.unwrap().unwrap();
    }
}

#[test]
fn unary_calls_share_a_channel() {
    on_both_flavors(|| async {
        let server = Serving::start().await;
        let client = server.client().await;
        let mut calls = JoinSet::new();
        for value in 0..200 {
            let mut client = client.clone();
            calls.spawn(async move {
                let answer = client.add(Number { value }).await.unwrap();
                assert_eq!(answer.into_inner().value, value + 1);
            });
        }
        assert_eq!(calls.join_all().await.len(), 200);
        drop(client);
        server.stop().await;
    });
}

#[test]
fn a_server_stream_ends_after_its_last_message() {
    on_both_flavors(|| async {
        let server = Serving::start().await;
        let mut client = server.client().await;
        let numbers = client
            .count_up(Number { value: 5_000 })
            .await
            .unwrap()
            .into_inner();
        let values: Vec<i64> = numbers.map(|number| number.unwrap().value).collect().await;
        assert_eq!(values, (0..5_000).collect::<Vec<_>>());
        let error = client.count_up(Number { value: -1 }).await.unwrap_err();
        assert_eq!(error.code(), Code::InvalidArgument);
        assert_eq!(error.message(), "counts up only");
        drop(client);
        server.stop().await;
    });
}

#[test]
fn a_client_stream_is_summed_up() {
    on_both_flavors(|| async {
        let server = Serving::start().await;
        let mut client = server.client().await;
        let numbers = stream::iter((1..=1_000).map(|value| Number { value }));
        let sum = client.sum(numbers).await.unwrap();
        assert_eq!(sum.into_inner().value, 500_500);
        drop(client);
        server.stop().await;
    });
}

#[test]
fn messages_go_both_ways_in_turns() {
    on_both_flavors(|| async {
        let server = Serving::start().await;
        let mut client = server.client().await;
        let (numbers, outgoing) = mpsc::channel(1);
        let mut sums = client
            .running(ReceiverStream::new(outgoing))
            .await
            .unwrap()
            .into_inner();
        let mut expected = 0;
        for value in 1..=100 {
            numbers.send(Number { value }).await.unwrap();
            expected += value;
            assert_eq!(
                sums.message().await.unwrap(),
                Some(Number { value: expected })
            );
        }
        drop(numbers);
        assert_eq!(sums.message().await.unwrap(), None);
        drop(client);
        server.stop().await;
    });
}

#[test]
fn a_call_past_its_deadline_fails() {
    on_both_flavors(|| async {
        let server = Serving::start().await;
        let mut client = server.client().await;
        let mut request = Request::new(Number { value: -1 });
        request.set_timeout(Duration::from_millis(50));
        let error = client.add(request).await.unwrap_err();
        assert!(
            matches!(error.code(), Code::Cancelled | Code::DeadlineExceeded),
            "{error:?}"
        );
        // The channel is as good as before.
        assert_eq!(
            client
                .add(Number { value: 1 })
                .await
                .unwrap()
                .into_inner()
                .value,
            2
        );
        drop(client);
        server.stop().await;
    });
}
