//! What the macros say and what they expand to, by expanding token streams outside of a compiler.

use proc_macro2::TokenStream;
use quote::quote;

use crate::expand;
use crate::root::{Entry, Root};

/// The text of an expansion without spaces, which differ between versions of proc-macro2.
fn text(tokens: TokenStream) -> String {
    tokens.to_string().replace(char::is_whitespace, "")
}

fn body() -> TokenStream {
    quote! { async fn f() { first(); last() } }
}

#[track_caller]
fn check_error(entry: Entry, args: TokenStream, message: &str) {
    check_item_error(entry, args, body(), message);
}

#[track_caller]
fn check_item_error(entry: Entry, args: TokenStream, item: TokenStream, message: &str) {
    let expand = if entry.is_test {
        expand::test
    } else {
        expand::main
    };
    let expansion = text(expand(entry, args, item));
    // A message is a literal, in which quotes are escaped.
    let message = message.replace('"', "\\\"").replace(' ', "");
    assert!(expansion.contains("compile_error!"), "{expansion}");
    assert!(expansion.contains(&message), "{expansion}");
}

#[test]
fn the_expansion_is_one_call_into_the_crate() {
    let expansion = text(expand::test(Entry::test(Root::Vitte), quote! {}, body()));
    assert!(expansion.starts_with("#[::core::prelude::v1::test]fnf(){"));
    assert!(expansion.contains("letbody=||async{first();last()};"));
    assert!(expansion.contains("returnvitte::macros::support::run_test(&vitte::"));
    assert!(!expansion.contains("Builder"));
}

#[test]
fn each_face_names_its_own_crate() {
    let vitte = text(expand::main(Entry::main(Root::Vitte), quote! {}, body()));
    let tokio = text(expand::main(Entry::main(Root::Tokio), quote! {}, body()));
    assert!(vitte.contains("vitte::macros::support::run_main") && !vitte.contains("tokio"));
    assert!(tokio.contains("tokio::macros::support::run_main") && !tokio.contains("vitte"));
}

#[test]
fn a_renamed_crate_is_named_everywhere() {
    let args = quote! { crate = "a::b", seeds = 4, unhandled_panic = "ignore" };
    let expansion = text(expand::test(Entry::test(Root::Vitte), args, body()));
    assert!(expansion.contains("a::b::macros::support::run_test"));
    assert!(expansion.contains("a::b::runtime::UnhandledPanic::Ignore"));
    assert!(!expansion.contains("vitte"));
}

#[test]
fn a_test_with_arguments_runs_once() {
    let item = quote! { async fn f(case: String) { drop(case) } };
    let expansion = text(expand::test(Entry::test(Root::Tokio), quote! {}, item));
    assert!(expansion.contains("run_test_once"));
    assert!(expansion.contains("letbody=async{drop(case)};"));
}

#[test]
fn inner_attributes_move_out_and_the_test_marker_comes_last() {
    let item = quote! { #[a] async fn f() { #![b] } };
    let expansion = text(expand::test(Entry::test(Root::Tokio), quote! {}, item));
    assert!(expansion.starts_with("#[a]#[b]#[::core::prelude::v1::test]fnf()"));
}

#[test]
fn the_item_survives_an_error() {
    let args = quote! { flavor = "none" };
    let expansion = text(expand::main(Entry::main(Root::Tokio), args, body()));
    assert!(expansion.contains("first();last()"));
}

#[test]
fn types_that_cannot_be_named_get_no_hint() {
    for output in [quote! { ! }, quote! { Box<impl Sized> }] {
        let item = quote! { async fn f() -> #output { loop {} } };
        let expansion = text(expand::main(Entry::main(Root::Tokio), quote! {}, item));
        assert!(!expansion.contains("dyn"), "{expansion}");
    }
}

#[test]
fn a_function_that_is_not_async_is_an_error() {
    check_item_error(
        Entry::main(Root::Tokio),
        quote! {},
        quote! { fn f() {} },
        "the `async` keyword is missing from the function declaration",
    );
}

#[test]
fn main_with_arguments_is_an_error() {
    check_item_error(
        Entry::main(Root::Tokio),
        quote! {},
        quote! { async fn main(x: u8) {} },
        "the main function cannot accept arguments",
    );
}

#[test]
fn a_second_test_attribute_is_an_error() {
    for marker in [
        quote! { #[test] },
        quote! { #[::core::prelude::v1::test] },
        quote! { #[std::prelude::rust_2021::test] },
    ] {
        check_item_error(
            Entry::test(Root::Tokio),
            quote! {},
            quote! { #marker async fn f() {} },
            "second test attribute is supplied",
        );
    }
}

#[test]
fn wrong_options_are_told_as_tokio_tells_them() {
    let main = Entry::main(Root::Tokio);
    let test = Entry::test(Root::Tokio);
    let cases = [
        (
            main,
            quote! { foo },
            "Unknown attribute foo is specified; expected one of: `flavor`, `worker_threads`, \
             `start_paused`, `crate`, `unhandled_panic`, `name`.",
        ),
        (main, quote! { foo::bar }, "Must have specified ident"),
        (
            main,
            quote! { flavor(x) },
            "Unknown attribute inside the macro",
        ),
        (main, quote! { flavor = 1 + 1 }, "Must be a literal"),
        (
            main,
            quote! { flavor },
            "The `flavor` attribute requires an argument.",
        ),
        (
            main,
            quote! { threaded_scheduler },
            "Set the runtime flavor with #[tokio::main(flavor = \"multi_thread\")].",
        ),
        (
            test,
            quote! { flavor = "multi_thread", start_paused = true },
            "The `start_paused` option requires the `current_thread` runtime flavor. \
             Use `#[tokio::test(flavor = \"current_thread\")]`",
        ),
        (
            test,
            quote! { worker_threads = 4 },
            "The `worker_threads` option requires the `multi_thread` runtime flavor. \
             Use `#[tokio::test(flavor = \"multi_thread\")]`",
        ),
        (
            main,
            quote! { worker_threads = 0 },
            "`worker_threads` may not be 0.",
        ),
        (
            main,
            quote! { worker_threads = "4" },
            "Failed to parse value of `worker_threads` as integer.",
        ),
        (
            main,
            quote! { core_threads = 4 },
            "Attribute `core_threads` is renamed to `worker_threads`",
        ),
        (
            main,
            quote! { flavor = "single_thread" },
            "The single threaded runtime flavor is called `current_thread`.",
        ),
        (
            main,
            quote! { flavor = 123 },
            "Failed to parse value of `flavor` as string.",
        ),
        (
            test,
            quote! { flavor = "local", flavor = "local" },
            "`flavor` set multiple times.",
        ),
        (
            main,
            quote! { crate = "456" },
            "Failed to parse value of `crate` as path: \"456\"",
        ),
        (
            main,
            quote! { flavor = "multi_thread", unhandled_panic = "shutdown_runtime" },
            "The `unhandled_panic` option requires the `current_thread` runtime flavor.",
        ),
    ];
    for (entry, args, message) in cases {
        check_error(entry, args, message);
    }
}

#[test]
fn a_missing_feature_is_named() {
    let main = Entry::main(Root::Tokio).without_multi_thread();
    check_error(
        main,
        quote! {},
        "The default runtime flavor is `multi_thread`, but the `rt-multi-thread` feature is \
         disabled.",
    );
    check_error(
        main,
        quote! { flavor = "multi_thread" },
        "The runtime flavor `multi_thread` requires the `rt-multi-thread` feature.",
    );
    let expansion = text(expand::without_runtime(Entry::test(Root::Tokio)));
    assert!(expansion.contains("The#[tokio::test]macrorequiresrtorrt-multi-thread."));
}

#[test]
fn schedules_are_vittes_own() {
    let vitte = Entry::test(Root::Vitte);
    check_error(
        Entry::test(Root::Tokio),
        quote! { seed = 1 },
        "Unknown attribute seed is specified",
    );
    check_error(
        vitte,
        quote! { other = 1 },
        "`name`, `seed`, `seeds`, `deterministic`.",
    );
    check_error(vitte, quote! { seeds = 0 }, "`seeds` may not be 0.");
    check_error(
        vitte,
        quote! { deterministic, seed = 1 },
        "Only one of `deterministic`, `seed` and `seeds` may be set, and only once.",
    );
    check_error(
        vitte,
        quote! { flavor = "multi_thread", deterministic },
        "The deterministic mode runs one task at a time",
    );
    let args = quote! { seed = 0xFFFF_FFFF_FFFF_FFFF };
    let expansion = text(expand::test(vitte, args, body()));
    assert!(expansion.contains("Schedules::Seed(18446744073709551615u64)"));
}
