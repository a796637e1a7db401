//! The example `http_server` as a process of its own, driven by a real client: hyper's, on vitte.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use vitte::net::TcpStream;
use vitte::time::timeout;

/// The running example; killed when dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start() -> Server {
        let mut child = Command::new(example("http_server"))
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("no example is built: run `cargo test`, or `cargo build --examples` first");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .unwrap()
            .to_string();
        Server { child, address }
    }

    async fn connect(&self) -> SendRequest<Empty<Bytes>> {
        let stream = TcpStream::connect(&self.address).await.unwrap();
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        vitte::spawn(connection);
        sender
    }

    fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id()))
            .unwrap()
            .count()
    }

    fn interrupt(&self) {
        // SAFETY: `kill` takes two numbers; the child is ours and not yet waited for.
        let result = unsafe { libc::kill(self.child.id() as libc::pid_t, libc::SIGINT) };
        assert_eq!(result, 0);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where cargo puts an example, seen from where it puts a test.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent()
        .and_then(|deps| deps.parent())
        .unwrap()
        .join("examples")
        .join(name)
}

async fn get(sender: &mut SendRequest<Empty<Bytes>>, path: &str) -> (StatusCode, String) {
    sender.ready().await.unwrap();
    let request = Request::get(path)
        .header("host", "test")
        .body(Empty::new())
        .unwrap();
    let response = sender.send_request(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[vitte::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_routes_answer() {
    let server = Server::start();
    let mut sender = server.connect().await;
    assert_eq!(
        get(&mut sender, "/").await,
        (StatusCode::OK, "Hello from vitte!\n".into())
    );
    assert_eq!(get(&mut sender, "/sleep/5").await.1, "slept for 5 ms\n");
    let lines: String = (0..10).map(|line| format!("line {line}\n")).collect();
    assert_eq!(get(&mut sender, "/stream").await.1, lines);
    assert_eq!(get(&mut sender, "/nowhere").await.0, StatusCode::NOT_FOUND);
}

#[vitte::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_connections_at_once_leave_no_descriptor_behind() {
    let server = Server::start();
    drop(get(&mut server.connect().await, "/").await);
    let mut clients = vitte::task::JoinSet::new();
    let mut senders = Vec::new();
    for _ in 0..1_000 {
        senders.push(server.connect().await);
    }
    // A connection counts as made before the server has accepted it.
    let accepted = timeout(Duration::from_secs(10), async {
        while server.descriptors() <= 1_000 {
            vitte::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(
        accepted.await.is_ok(),
        "{} descriptors are open",
        server.descriptors()
    );
    for mut sender in senders {
        clients.spawn(async move {
            for _ in 0..10 {
                assert_eq!(get(&mut sender, "/").await.1, "Hello from vitte!\n");
            }
        });
    }
    while let Some(done) = clients.join_next().await {
        done.unwrap();
    }
    // The server notices the closed connections one by one.
    let closed = timeout(Duration::from_secs(10), async {
        while server.descriptors() > 20 {
            vitte::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(
        closed.await.is_ok(),
        "{} descriptors are left",
        server.descriptors()
    );
}

#[vitte::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_lets_requests_under_way_finish() {
    let server = Server::start();
    let mut warm = server.connect().await;
    assert_eq!(get(&mut warm, "/").await.0, StatusCode::OK);
    let mut slow = server.connect().await;
    slow.ready().await.unwrap();
    let request = Request::get("/sleep/400")
        .header("host", "test")
        .body(Empty::new())
        .unwrap();
    let response = slow.send_request(request);
    // The request is on its way before the signal: another one, sent later, was answered.
    let response = vitte::spawn(response);
    assert_eq!(get(&mut warm, "/sleep/50").await.0, StatusCode::OK);
    server.interrupt();
    let body = response
        .await
        .unwrap()
        .unwrap()
        .into_body()
        .collect()
        .await
        .unwrap()
        .to_bytes();
    assert_eq!(&body[..], b"slept for 400 ms\n");
    drop((warm, slow));
    let ended = vitte::task::spawn_blocking(move || {
        let mut server = server;
        server.child.wait().unwrap()
    });
    let status = timeout(Duration::from_secs(10), ended)
        .await
        .expect("the server runs on");
    assert!(status.unwrap().success());
}
