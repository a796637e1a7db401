//! The attribute macros, in the variant that fits the features.
//!
//! There are two sets. One expands to paths in `vitte`; the other, which the crate `tokio` exports,
//! to paths in `tokio`.

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
