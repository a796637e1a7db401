//! Futures that were polled and then forgotten.

use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use vitte::io::AsyncReadExt;
use vitte::sync::{Notify, Semaphore, oneshot};
use vitte::time;

use super::{Dice, Round, end, rounds, some_runtime};
use crate::support::within_a_minute;

/// What was polled and then forgotten; it stays reachable, so that it is no leak.
static FORGOTTEN: Mutex<Vec<Pin<Box<dyn Future<Output = ()> + Send>>>> = Mutex::new(Vec::new());

#[test]
fn forgotten_futures_harm_nobody() {
    within_a_minute(|| {
        for seed in 0..rounds(20) {
            let _round = Round(seed);
            let mut dice = Dice(seed);
            let runtime = some_runtime(&mut dice);
            let notify = Arc::new(Notify::new());
            let permits = Arc::new(Semaphore::new(0));
            let (_keep, rx) = oneshot::channel::<()>();
            let (stream, _other) = vitte::io::duplex(1);
            let (one, theirs) = (notify.clone(), permits.clone());
            let futures: Vec<Pin<Box<dyn Future<Output = ()> + Send>>> = vec![
                Box::pin(time_of(dice.roll(1_000))),
                Box::pin(time_of(100_000_000)),
                Box::pin(async move { one.notified().await }),
                Box::pin(async move { drop(theirs.acquire_many(3).await) }),
                Box::pin(async move { drop(rx.await) }),
                Box::pin(async move {
                    let mut stream = stream;
                    let _ = stream.read_u8().await;
                }),
                Box::pin(async {
                    let socket = vitte::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
                    let _ = socket.recv(&mut [0]).await;
                }),
                {
                    let task = runtime.spawn(pending::<()>());
                    Box::pin(async move { drop(task.await) })
                },
            ];
            for mut future in futures {
                runtime.block_on(poll_fn(|cx| {
                    let _ = future.as_mut().poll(cx);
                    Poll::Ready(())
                }));
                FORGOTTEN.lock().unwrap().push(future);
            }
            // Those behind the forgotten ones are served all the same.
            runtime.block_on(async {
                time::sleep(Duration::from_millis(1)).await;
                notify.notify_waiters();
                permits.add_permits(4);
                permits.acquire().await.unwrap().forget();
            });
            end(&mut dice, runtime);
            notify.notify_waiters();
            permits.close();
        }
    });
}

/// Made inside, so that the timer is that of whoever polls first.
async fn time_of(micros: u64) {
    time::sleep(Duration::from_micros(micros)).await;
}
