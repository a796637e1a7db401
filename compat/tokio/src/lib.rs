//! vitte under the name `tokio`, with the API of the version in the manifest.
//!
//! A program that says
//!
//! ```toml
//! [patch.crates-io]
//! tokio = { git = "…" }
//! ```
//!
//! runs on vitte together with everything it depends on. There is nothing here but re-exports: the
//! names, the modules and the features are tokio's, and what they mean is documented in `vitte`.

#![forbid(unsafe_code)]

/// Tells a program that it runs on vitte, and on which version of it.
#[doc(hidden)]
pub const __VITTE: &str = vitte::macros::support::VERSION;

#[doc(hidden)]
pub mod macros {
    //! What the attribute macros expand to.
    pub use vitte::macros::support;
}

pub use vitte::pin;

#[cfg(feature = "macros")]
pub use vitte::macros::attributes::tokio::{main, test};
#[cfg(feature = "macros")]
pub use vitte::{join, select, try_join};

#[cfg(feature = "rt")]
pub use vitte::{spawn, task_local};

#[cfg(feature = "fs")]
pub use vitte::fs;
#[cfg(feature = "process")]
pub use vitte::process;
#[cfg(feature = "signal")]
pub use vitte::signal;
#[cfg(feature = "sync")]
pub use vitte::sync;

pub mod io;
pub mod net;
#[cfg(feature = "rt")]
pub mod runtime;
pub mod task;
#[cfg(feature = "time")]
pub mod time;

/// Streams are found in the crate `tokio-stream`.
pub mod stream {}
