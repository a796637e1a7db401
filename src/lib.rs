//! An async runtime that a service can switch to, and that its tests can trust.
//!
//! ```
//! use std::time::Duration;
//!
//! #[vitte::main]
//! async fn main() {
//!     let task = vitte::spawn(async {
//!         vitte::time::sleep(Duration::from_millis(10)).await;
//!         "hello"
//!     });
//!     println!("{}", task.await.unwrap());
//! }
//! ```
//!
//! # What is where
//!
//! | To | use |
//! |---|---|
//! | start a runtime | [`#[vitte::main]`][main], or [`runtime::Builder`] for every option |
//! | run something beside the current code | [`spawn`]; [`task`] compares the other ways |
//! | run code that blocks | [`task::spawn_blocking`] |
//! | wait for several futures | [`join!`], [`try_join!`], [`select!`], [`task::JoinSet`] |
//! | wait for time to pass | [`time`]: sleeps, intervals, timeouts |
//! | let tasks talk to each other | [`sync`]: channels, locks, permits |
//! | talk to the network | [`net`]: TCP, UDP, Unix sockets |
//! | read and write streams | [`io`]: the traits and the utilities |
//! | use files, child processes, signals | [`fs`], [`process`], [`signal`] |
//! | test an async function | [`#[vitte::test]`][test] |
//!
//! # Three faces
//!
//! **Native.** The crate `vitte`, which this page documents. Its modules, names and signatures are
//! those of tokio: if you know tokio, you know vitte.
//!
//! **Drop-in.** A crate named `tokio`, in `compat/tokio` of the repository, re-exports the items of
//! this crate under tokio's name, version and features. A program that patches it in (see
//! `docs/drop-in.md`) runs on vitte together with all of its dependencies, unchanged. The two
//! names are two paths to the same items: `tokio::net::TcpStream` *is* `vitte::net::TcpStream`, and
//! code that uses one name can pass its values to code that uses the other. So wherever an example
//! says `vitte::`, a program on the drop-in writes `tokio::`. Only what vitte adds to tokio has no
//! path there.
//!
//! **Deterministic.** [`runtime::Builder::new_deterministic`] makes a runtime that takes every
//! decision from a seed and keeps virtual time; `#[vitte::test(seeds = 200)]` runs a test under
//! two hundred of them. A schedule that makes the test fail is found quickly and can be repeated
//! exactly. [`runtime::deterministic`] describes what the mode finds and what it cannot see.
//!
//! ```
//! use vitte::runtime::Builder;
//! use vitte::sync::mpsc;
//!
//! /// Two tasks race; which message is first depends on the seed, and on nothing else.
//! fn winner(seed: u64) -> &'static str {
//!     let runtime = Builder::new_deterministic(seed).build().unwrap();
//!     runtime.block_on(async {
//!         let (red, mut finish) = mpsc::unbounded_channel();
//!         let blue = red.clone();
//!         vitte::spawn(async move { red.send("red") });
//!         vitte::spawn(async move { blue.send("blue") });
//!         finish.recv().await.unwrap()
//!     })
//! }
//!
//! assert_eq!(winner(7), winner(7));
//! assert!((0..100).any(|seed| winner(seed) != winner(7)));
//! ```
//!
//! # Features
//!
//! All are on by default, except `tracing`. A feature switches public items on and never changes
//! what others do; without any, there are the traits of [`io`] and little else.
//!
//! | Feature | switches on |
//! |---|---|
//! | `rt` | [`runtime`], [`task`], [`spawn`], [`task_local!`] |
//! | `rt-multi-thread` | the multi-thread flavor of the attribute macros; implies `rt` |
//! | `macros` | [`join!`], [`try_join!`], [`select!`], and the [two][main] [attributes][test] |
//! | `time`, `sync`, `net`, `fs`, `process`, `signal` | the module of that name |
//! | `io-util` | the extension traits and utilities of [`io`] |
//! | `io-std` | standard input, output and error in [`io`] |
//! | `test-util` | pausing the clock in [`time`]; implies `rt`, `sync` and `time` |
//! | `full` | all of the above |
//! | `tracing` | spans and events for tokio-console; costs a little even while nobody listens |
//!
// What a feature has switched off is not there to be linked to.
#![cfg_attr(feature = "macros", doc = "[main]: macro@main\n[test]: macro@test")]
#![cfg_attr(
    not(feature = "macros"),
    doc = "[main]: #features\n[test]: #features\n[`join!`]: #features\n\
           [`try_join!`]: #features\n[`select!`]: #features"
)]
#![cfg_attr(
    not(feature = "rt"),
    doc = "[`runtime`]: #features\n[`runtime::Builder`]: #features\n\
           [`runtime::Builder::new_deterministic`]: #features\n\
           [`runtime::deterministic`]: #features\n[`spawn`]: #features\n\
           [`task_local!`]: #features\n[`task::spawn_blocking`]: #features\n\
           [`task::JoinSet`]: #features"
)]
#![cfg_attr(not(feature = "time"), doc = "[`time`]: #features")]
#![cfg_attr(not(feature = "sync"), doc = "[`sync`]: #features")]
#![cfg_attr(not(feature = "fs"), doc = "[`fs`]: #features")]
#![cfg_attr(not(feature = "process"), doc = "[`process`]: #features")]
#![cfg_attr(not(feature = "signal"), doc = "[`signal`]: #features")]

#[cfg(feature = "fs")]
pub mod fs;
pub mod io;
#[doc(hidden)]
pub mod macros;
pub mod net;
#[cfg(feature = "process")]
pub mod process;
#[cfg(feature = "rt")]
pub mod runtime;
#[cfg(feature = "signal")]
pub mod signal;
#[cfg(feature = "sync")]
pub mod sync;
pub mod task;
#[cfg(feature = "time")]
pub mod time;

#[cfg(feature = "rt")]
#[doc(inline)]
pub use task::spawn;
#[cfg(feature = "rt")]
pub use vitte_executor::task_local;

#[cfg(feature = "macros")]
pub use macros::attributes::{main, test};
