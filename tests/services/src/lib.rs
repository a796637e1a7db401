//! What the tests share: a runtime of each flavor, a limit on their time, and a certificate.
//!
//! Nothing here or in the tests names vitte, apart from `tests/drop_in.rs`: this is a program for
//! tokio, and the patch in the manifest is all that makes it run on vitte.

use std::time::Duration;

use tokio::runtime::Builder;
use tokio::time::timeout;

pub mod certificate;

/// Far more than any of the tests takes on a slow machine.
const TEST_TIME_MAX: Duration = Duration::from_secs(30);

/// Runs a test on a runtime of one thread, and then on one of two workers.
///
/// # Panics
///
/// If the test panics, or takes longer than a test may.
pub fn on_both_flavors<T: Future<Output = ()>>(test: impl Fn() -> T) {
    let mut one_thread = Builder::new_current_thread();
    let mut two_workers = Builder::new_multi_thread();
    two_workers.worker_threads(2);
    for builder in [&mut one_thread, &mut two_workers] {
        let runtime = builder.enable_all().build().expect("a runtime");
        let result = runtime.block_on(async { timeout(TEST_TIME_MAX, test()).await });
        result.expect("the test hangs");
    }
}
