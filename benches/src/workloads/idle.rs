//! Many things that wait and do nothing.

use std::sync::Arc;
use std::time::Duration;

use super::rt;
use rt::runtime::Runtime;
use rt::time::sleep;

use crate::neutral::{Countdown, poll_once};

const NEVER: Duration = Duration::from_secs(3600);

/// Makes them and leaks them.
pub fn hold(runtime: &Runtime, kind: &str, count: usize) {
    let waiting = Arc::new(Countdown::new(count as u64));
    match kind {
        "memory: idle task" => {
            for _ in 0..count {
                let waiting = waiting.clone();
                runtime.spawn(async move {
                    waiting.done();
                    std::future::pending::<()>().await;
                });
            }
        }
        "memory: sleeping task" => {
            for _ in 0..count {
                let waiting = waiting.clone();
                runtime.spawn(async move {
                    waiting.done();
                    sleep(NEVER).await;
                });
            }
        }
        "memory: sleep" => {
            let waiting = waiting.clone();
            runtime.spawn(async move {
                for _ in 0..count {
                    let mut timer = Box::pin(sleep(NEVER));
                    poll_once(timer.as_mut()).await;
                    std::mem::forget(timer);
                    waiting.done();
                }
            });
        }
        other => panic!("no such kind: {other}"),
    }
    runtime.block_on(waiting.wait());
}
