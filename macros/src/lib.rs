//! The attribute macros `main` and `test`, once for each name of the crate that a program may use.
//!
//! A macro that expands to `::vitte::…` is of no use to a program that depends on tokio alone, and
//! vice versa. So each macro exists twice: under its plain name it names `vitte`, under `tokio_…`
//! it names `tokio`. Each has three variants, of which the facade exports one, depending on its
//! features: with every runtime flavor, with one thread only (`…_rt`), and without any (`…_fail`).
//!
//! Every expansion is one call into `macros::support` of the crate that it names. What a runtime
//! is, how it is built and how often a test body runs is decided there, not in generated code.
//!
//! The documentation is in `main.md`, `test.md` and `seeds.md` (what only `vitte::test` has), so
//! that each variant shows it.
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

#[doc = include_str!("main.md")]
#[proc_macro_attribute]
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::main(Entry::main(Root::Vitte), args.into(), item.into()).into()
}

#[doc = include_str!("main.md")]
// The variant where the feature `rt-multi-thread` is off.
#[proc_macro_attribute]
pub fn main_rt(args: TokenStream, item: TokenStream) -> TokenStream {
    let entry = Entry::main(Root::Vitte).without_multi_thread();
    expand::main(entry, args.into(), item.into()).into()
}

/// Needs the feature `rt`: without it, there is no runtime to run the function on.
#[proc_macro_attribute]
pub fn main_fail(_args: TokenStream, _item: TokenStream) -> TokenStream {
    expand::without_runtime(Entry::main(Root::Vitte)).into()
}

#[doc = include_str!("test.md")]
#[doc = include_str!("seeds.md")]
#[proc_macro_attribute]
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::test(Entry::test(Root::Vitte), args.into(), item.into()).into()
}

#[doc = include_str!("test.md")]
#[doc = include_str!("seeds.md")]
// The variant where the feature `rt-multi-thread` is off.
#[proc_macro_attribute]
pub fn test_rt(args: TokenStream, item: TokenStream) -> TokenStream {
    let entry = Entry::test(Root::Vitte).without_multi_thread();
    expand::test(entry, args.into(), item.into()).into()
}

/// Needs the feature `rt`: without it, there is no runtime to run the function on.
#[proc_macro_attribute]
pub fn test_fail(_args: TokenStream, _item: TokenStream) -> TokenStream {
    expand::without_runtime(Entry::test(Root::Vitte)).into()
}

#[doc = include_str!("main.md")]
///
/// Under the name `tokio`, write `#[tokio::main]`.
#[proc_macro_attribute]
pub fn tokio_main(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::main(Entry::main(Root::Tokio), args.into(), item.into()).into()
}

#[doc = include_str!("main.md")]
// The variant where the feature `rt-multi-thread` is off.
#[proc_macro_attribute]
pub fn tokio_main_rt(args: TokenStream, item: TokenStream) -> TokenStream {
    let entry = Entry::main(Root::Tokio).without_multi_thread();
    expand::main(entry, args.into(), item.into()).into()
}

/// Needs the feature `rt`: without it, there is no runtime to run the function on.
#[proc_macro_attribute]
pub fn tokio_main_fail(_args: TokenStream, _item: TokenStream) -> TokenStream {
    expand::without_runtime(Entry::main(Root::Tokio)).into()
}

#[doc = include_str!("test.md")]
///
/// Under the name `tokio`, write `#[tokio::test]`.
#[proc_macro_attribute]
pub fn tokio_test(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::test(Entry::test(Root::Tokio), args.into(), item.into()).into()
}

#[doc = include_str!("test.md")]
// The variant where the feature `rt-multi-thread` is off.
#[proc_macro_attribute]
pub fn tokio_test_rt(args: TokenStream, item: TokenStream) -> TokenStream {
    let entry = Entry::test(Root::Tokio).without_multi_thread();
    expand::test(entry, args.into(), item.into()).into()
}

/// Needs the feature `rt`: without it, there is no runtime to run the function on.
#[proc_macro_attribute]
pub fn tokio_test_fail(_args: TokenStream, _item: TokenStream) -> TokenStream {
    expand::without_runtime(Entry::test(Root::Tokio)).into()
}
