//! Timers whose runtime shuts down before them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::{Bench, Count, ms, poll, poll_noop};
use crate::sleep;

#[test]
fn shutdown_wakes_sleepers_and_polling_them_panics() {
    let bench = Bench::new(1);
    let _guard = bench.enter();
    let count = Arc::new(Count::default());
    let mut naps: Vec<_> = (0..100).map(|n| Box::pin(sleep(ms(n + 1)))).collect();
    for nap in &mut naps {
        assert!(poll(nap.as_mut(), &count.clone().into()).is_pending());
    }
    naps.push(Box::pin(sleep(ms(1))));
    bench.wheels.shutdown();
    assert_eq!((count.get(), bench.wheels.pending()), (100, 0));
    for nap in &mut naps {
        let panic = catch_unwind(AssertUnwindSafe(|| poll_noop(nap.as_mut()))).unwrap_err();
        let message = panic.downcast_ref::<String>().unwrap();
        assert_eq!(message, vitte_context::runtime::SHUTTING_DOWN);
    }
}

#[test]
fn timers_outlive_their_runtime_and_leave_its_successors_alone() {
    let mut naps = Vec::new();
    for _ in 0..20 {
        let bench = Bench::new(1);
        let _guard = bench.enter();
        let mut nap = Box::pin(sleep(ms(1)));
        assert!(poll_noop(nap.as_mut()).is_pending());
        assert_eq!(bench.wheels.pending(), 1);
        naps.push(nap);
    }
    let bench = Bench::new(1);
    let _guard = bench.enter();
    for nap in &mut naps {
        nap.as_mut().reset((bench.now() + ms(1)).into());
        assert!(catch_unwind(AssertUnwindSafe(|| poll_noop(nap.as_mut()))).is_err());
    }
    assert_eq!(bench.wheels.pending(), 0);
}
