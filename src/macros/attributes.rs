//! The attribute macros, in the variant that the features call for.
//!
//! There are two sets: one expands to paths in `vitte`, the other to paths in `tokio`, for the
//! crate of that name to export.

#[cfg(feature = "rt-multi-thread")]
pub use vitte_macros::{main, test};
#[cfg(not(feature = "rt"))]
pub use vitte_macros::{main_fail as main, test_fail as test};
#[cfg(all(feature = "rt", not(feature = "rt-multi-thread")))]
pub use vitte_macros::{main_rt as main, test_rt as test};

/// Those of the crate `tokio`.
pub mod tokio {
    #[cfg(feature = "rt-multi-thread")]
    pub use vitte_macros::{tokio_main as main, tokio_test as test};
    #[cfg(not(feature = "rt"))]
    pub use vitte_macros::{tokio_main_fail as main, tokio_test_fail as test};
    #[cfg(all(feature = "rt", not(feature = "rt-multi-thread")))]
    pub use vitte_macros::{tokio_main_rt as main, tokio_test_rt as test};
}
