//! Activities that send messages.

use vitte::sync::{broadcast, mpsc, oneshot, watch};
use vitte::task::spawn_blocking;
use vitte::time::timeout;

use crate::Place;
use crate::activities::{dither, spawn};
use crate::random::Random;

/// Many producers, one consumer: each message arrives once, in its producer's order.
pub(crate) async fn channel(place: Place, mut random: Random) {
    let (sender, mut receiver) = mpsc::channel(random.range(1..20));
    let producers = random.range(1..6);
    let each = random.range(1..100);
    for producer in 0..producers {
        let (sender, mut random) = (sender.clone(), random.fork());
        if random.one_in(6) {
            let held = place.held();
            spawn_blocking(move || {
                for number in 0..each {
                    sender.blocking_send((producer, number)).unwrap();
                }
                drop(held);
            });
            continue;
        }
        spawn(&place, async move {
            for number in 0..each {
                dither(&mut random).await;
                if random.one_in(3) {
                    let limit = random.micros(0..500);
                    if let Ok(permit) = timeout(limit, sender.reserve()).await {
                        permit.unwrap().send((producer, number));
                        continue;
                    }
                }
                sender.send((producer, number)).await.unwrap();
            }
        });
    }
    drop(sender);
    let mut next = vec![0; producers];
    loop {
        if random.one_in(10) {
            dither(&mut random).await;
        }
        let received = match random.one_in(5) {
            false => receiver.recv().await,
            true => match timeout(random.micros(0..300), receiver.recv()).await {
                Ok(received) => received,
                Err(_) => continue,
            },
        };
        let Some((producer, number)) = received else {
            break;
        };
        assert_eq!(next[producer], number);
        next[producer] += 1;
    }
    assert!(next.iter().all(|&next| next == each));
}

pub(crate) async fn requests(place: Place, mut random: Random) {
    let (requests, mut received) = mpsc::unbounded_channel::<(usize, oneshot::Sender<usize>)>();
    let mut own = random.fork();
    let server = spawn(&place, async move {
        while let Some((number, reply)) = received.recv().await {
            if own.one_in(5) {
                dither(&mut own).await;
            }
            // The client may have given up.
            let _ = reply.send(number + 1);
        }
    });
    for number in 0..random.range(1..200) {
        let (reply, replied) = oneshot::channel();
        requests.send((number, reply)).unwrap();
        if random.one_in(10) {
            drop(replied);
            continue;
        }
        assert_eq!(replied.await.unwrap(), number + 1);
    }
    drop(requests);
    server.await.unwrap();
}

pub(crate) async fn to_all(place: Place, mut random: Random) {
    let (values, mut latest) = watch::channel(0);
    let (messages, _) = broadcast::channel(16);
    let last = random.range(1..100);
    let receivers: Vec<_> = (0..random.range(1..6))
        .map(|_| {
            let (mut values, mut messages) = (values.subscribe(), messages.subscribe());
            let mut random = random.fork();
            spawn(&place, async move {
                let mut before = 0;
                loop {
                    match messages.recv().await {
                        Ok(number) => {
                            assert!(number > before);
                            before = number;
                        }
                        Err(broadcast::error::RecvError::Lagged(_)) => {}
                        Err(broadcast::error::RecvError::Closed) => break,
                    }
                    dither(&mut random).await;
                }
                assert_eq!(before, last);
                values.wait_for(|&value| value == last).await.unwrap();
            })
        })
        .collect();
    for number in 1..=last {
        messages.send(number).unwrap();
        values.send(number).unwrap();
        dither(&mut random).await;
    }
    drop(messages);
    assert_eq!(*latest.borrow_and_update(), last);
    for receiver in receivers {
        receiver.await.unwrap();
    }
}
