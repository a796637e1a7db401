//! vitte under the name `tokio`, with the API of the tokio that the version number names.
//!
//! A program whose manifest says
//!
//! ```toml
//! [patch.crates-io]
//! tokio = { path = "vitte/compat/tokio" } # or the git repository of vitte
//! ```
//!
//! runs on vitte together with everything it depends on, unchanged. `docs/drop-in.md` in the
//! repository says how to be sure that the patch took effect, and what differs.
//!
//! # How the names relate
//!
//! There is nothing here but re-exports of the crate `vitte`, under the paths and behind the
//! features that tokio has. `tokio::net::TcpStream` and `vitte::net::TcpStream` are one type, so a
//! program may use both crates side by side. The pages here are those of `vitte`: where an example
//! says `vitte::`, write `tokio::`.
//!
//! What vitte adds to tokio has no path here: the [deterministic mode], and the options of
//! `#[vitte::test]` that run a test in it. A program that wants these depends on `vitte` as well,
//! from the same place.
//!
//! # Features
//!
//! Those of tokio, with the same meaning; [`vitte`] lists them. As in tokio none is on by default,
//! and `full` is all but `test-util` and `tracing`. Features that choose between implementations
//! inside tokio (`parking_lot`, …) are accepted and change nothing.
// What a feature has switched off is not there to be linked to.
//!
#![cfg_attr(
    feature = "rt",
    doc = "[deterministic mode]: vitte::runtime::deterministic"
)]
#![cfg_attr(not(feature = "rt"), doc = "[deterministic mode]: vitte")]
#![forbid(unsafe_code)]

/// Shows a program that it runs on vitte, and on which version of it.
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

/// Empty, as in tokio: streams are in the crate `tokio-stream`.
pub mod stream {}
