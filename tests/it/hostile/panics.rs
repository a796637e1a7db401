//! Panics in destructors stay where they happened.

use std::future::pending;
use std::time::Duration;

use vitte::time;

use crate::support::both;

struct PanicOnDrop;

impl Drop for PanicOnDrop {
    fn drop(&mut self) {
        panic!("drop");
    }
}

#[test]
fn a_panic_in_the_future_s_drop_is_the_task_s_panic() {
    both(|runtime| {
        let finished = runtime.spawn(async {
            let _guard = PanicOnDrop;
        });
        assert!(runtime.block_on(finished).unwrap_err().is_panic());

        let aborted = runtime.spawn(async {
            let _guard = PanicOnDrop;
            pending::<()>().await;
        });
        runtime.block_on(async {
            vitte::task::yield_now().await;
            time::sleep(Duration::from_millis(5)).await;
            aborted.abort();
            assert!(aborted.await.unwrap_err().is_panic());
        });
    });
}

#[test]
fn a_panic_in_an_output_s_drop_is_contained() {
    both(|runtime| {
        drop(runtime.spawn(async { PanicOnDrop }));
        let handle = runtime.spawn(async { PanicOnDrop });
        runtime.block_on(async {
            while !handle.is_finished() {
                vitte::task::yield_now().await;
            }
        });
        drop(handle);
        assert_eq!(runtime.block_on(runtime.spawn(async { 1 })).unwrap(), 1);
    });
}
