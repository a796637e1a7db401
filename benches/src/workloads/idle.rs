//! Many things that wait and do nothing.

use std::pin::Pin;
use std::time::Duration;

use super::{on_worker, rt};
use rt::runtime::Runtime;
use rt::task::yield_now;
use rt::time::sleep;

use crate::neutral::poll_once;

const NEVER: Duration = Duration::from_secs(3600);

/// How many are made at a time: what is queued meanwhile takes memory too, which is not the
/// question here.
const BATCH: usize = 50;

/// Makes them and leaks them.
pub fn hold(runtime: &Runtime, kind: &'static str, count: usize) {
    on_worker(runtime, async move {
        for made in 0..count {
            if made % BATCH == 0 {
                yield_now().await;
            }
            match kind {
                "memory: idle task" => drop(rt::spawn(std::future::pending::<()>())),
                "memory: sleeping task" => drop(rt::spawn(sleep(NEVER))),
                "memory: sleep" => hold_sleep(Box::pin(sleep(NEVER))).await,
                other => panic!("no such kind: {other}"),
            }
        }
        yield_now().await;
    });
}

async fn hold_sleep(mut timer: Pin<Box<rt::time::Sleep>>) {
    poll_once(timer.as_mut()).await;
    std::mem::forget(timer);
}
