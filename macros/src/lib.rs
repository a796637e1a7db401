//! The attribute macros of vitte: `main` and `test`, once for each name a program may know.
//!
//! A macro that expands to `::vitte::…` is of no use to a program that depends on tokio alone,
//! and the other way round, so each macro exists twice: under its plain name it speaks of
//! `vitte`, under `tokio_…` of `tokio`. Each comes in three variants, of which the facade exports
//! one, as its features tell: with every runtime flavor, with `current_thread` only (`…_rt`), and
//! with none (`…_fail`).
//!
//! Every expansion is one call into `macros::support` of the crate it is rooted in. What a runtime
//! is, how it is built and how often a test body runs is decided there, not in generated code.
//!
//! This crate is an implementation detail of the `vitte` crate: no stability is promised here.

#![forbid(unsafe_code)]

mod expand;
mod function;
mod options;
mod root;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

use crate::root::{Entry, Root};

/// Runs an async function on a new runtime: `#[vitte::main]`.
///
/// The function becomes an ordinary one that builds a runtime and blocks on the body. It need not
/// be the `main` function.
///
/// # Options
///
/// - `flavor = "multi_thread"` (the default), `"current_thread"` or `"local"`;
/// - `worker_threads = N`, for `multi_thread`;
/// - `start_paused = true`, for the others: the clock stands still and jumps ahead when idle;
/// - `name = "…"`, the runtime's name;
/// - `unhandled_panic = "ignore"` or `"shutdown_runtime"`, for `current_thread` and `local`;
/// - `crate = "path"`, where the crate is found when it has been renamed.
///
/// # Panics
///
/// The function panics if the runtime cannot be built, and if it is called within a runtime.
#[proc_macro_attribute]
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::main(Entry::main(Root::Vitte), args.into(), item.into()).into()
}

/// `#[vitte::main]` where the feature `rt-multi-thread` is off.
#[proc_macro_attribute]
pub fn main_rt(args: TokenStream, item: TokenStream) -> TokenStream {
    let entry = Entry::main(Root::Vitte).without_multi_thread();
    expand::main(entry, args.into(), item.into()).into()
}

/// `#[vitte::main]` where the feature `rt` is off: an error.
#[proc_macro_attribute]
pub fn main_fail(_args: TokenStream, _item: TokenStream) -> TokenStream {
    expand::without_runtime(Entry::main(Root::Vitte)).into()
}

/// Runs an async function as a test, on a new runtime: `#[vitte::test]`.
///
/// # Options
///
/// Those of `main`, with `current_thread` as the default flavor, and three of vitte's own, each of
/// which runs the test in the deterministic mode:
///
/// - `deterministic`: under one schedule, drawn from a seed that a failure names;
/// - `seed = N`: under the schedule that follows from this seed, the same in every run;
/// - `seeds = N`: N times, each time under the schedule of another seed.
///
/// Sockets, signals and processes are off in that mode. A test that needs them builds its runtime
/// itself, with `Builder::new_deterministic(seed)` and `enable_io`; their part does not repeat.
#[proc_macro_attribute]
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::test(Entry::test(Root::Vitte), args.into(), item.into()).into()
}

/// `#[vitte::test]` where the feature `rt-multi-thread` is off.
#[proc_macro_attribute]
pub fn test_rt(args: TokenStream, item: TokenStream) -> TokenStream {
    let entry = Entry::test(Root::Vitte).without_multi_thread();
    expand::test(entry, args.into(), item.into()).into()
}

/// `#[vitte::test]` where the feature `rt` is off: an error.
#[proc_macro_attribute]
pub fn test_fail(_args: TokenStream, _item: TokenStream) -> TokenStream {
    expand::without_runtime(Entry::test(Root::Vitte)).into()
}

/// [`macro@main`] for programs that name the crate `tokio`.
#[proc_macro_attribute]
pub fn tokio_main(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::main(Entry::main(Root::Tokio), args.into(), item.into()).into()
}

/// `#[tokio::main]` where the feature `rt-multi-thread` is off.
#[proc_macro_attribute]
pub fn tokio_main_rt(args: TokenStream, item: TokenStream) -> TokenStream {
    let entry = Entry::main(Root::Tokio).without_multi_thread();
    expand::main(entry, args.into(), item.into()).into()
}

/// `#[tokio::main]` where the feature `rt` is off: an error.
#[proc_macro_attribute]
pub fn tokio_main_fail(_args: TokenStream, _item: TokenStream) -> TokenStream {
    expand::without_runtime(Entry::main(Root::Tokio)).into()
}

/// [`macro@test`] for programs that name the crate `tokio`.
#[proc_macro_attribute]
pub fn tokio_test(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::test(Entry::test(Root::Tokio), args.into(), item.into()).into()
}

/// `#[tokio::test]` where the feature `rt-multi-thread` is off.
#[proc_macro_attribute]
pub fn tokio_test_rt(args: TokenStream, item: TokenStream) -> TokenStream {
    let entry = Entry::test(Root::Tokio).without_multi_thread();
    expand::test(entry, args.into(), item.into()).into()
}

/// `#[tokio::test]` where the feature `rt` is off: an error.
#[proc_macro_attribute]
pub fn tokio_test_fail(_args: TokenStream, _item: TokenStream) -> TokenStream {
    expand::without_runtime(Entry::test(Root::Tokio)).into()
}
