//! The expansions: the function, no longer async, whose body is one call into the crate's support
//! module.
//!
//! A step that fails still expands to the item, with default options, beside the error: editors
//! then know what is in the body.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Error, Meta, Result, ReturnType, Type};

use crate::function::Function;
use crate::options::{Flavor, Options, Schedules, UnhandledPanic};
use crate::root::Entry;

/// `#[main]`.
pub fn main(entry: Entry, args: TokenStream, item: TokenStream) -> TokenStream {
    let function = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => function,
        Err(error) => return with_error(item, error),
    };
    let options = check_main(&function).and_then(|()| checked_options(entry, &function, args));
    match options {
        Ok(options) => main_item(entry, function, &options),
        Err(error) => with_error(main_item(entry, function, &Options::fallback()), error),
    }
}

/// `#[test]`.
pub fn test(entry: Entry, args: TokenStream, item: TokenStream) -> TokenStream {
    let function = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => function,
        Err(error) => return with_error(item, error),
    };
    let options = check_test(&function).and_then(|()| checked_options(entry, &function, args));
    match options {
        Ok(options) => test_item(entry, function, &options),
        Err(error) => with_error(test_item(entry, function, &Options::fallback()), error),
    }
}

/// The macro where no runtime is compiled in.
pub fn without_runtime(entry: Entry) -> TokenStream {
    let message = format!(
        "The #[{}] macro requires rt or rt-multi-thread.",
        entry.path()
    );
    Error::new(Span::call_site(), message).to_compile_error()
}

fn with_error(mut item: TokenStream, error: Error) -> TokenStream {
    item.extend(error.into_compile_error());
    item
}

fn check_main(function: &Function) -> Result<()> {
    let signature = &function.signature;
    if signature.ident == "main" && !signature.inputs.is_empty() {
        let message = "the main function cannot accept arguments";
        return Err(Error::new_spanned(&signature.ident, message));
    }
    Ok(())
}

fn check_test(function: &Function) -> Result<()> {
    match function.attributes.iter().find(|a| is_test_marker(a)) {
        Some(second) => Err(Error::new_spanned(
            second,
            "second test attribute is supplied, consider removing or changing the order of your \
             test attributes",
        )),
        None => Ok(()),
    }
}

fn checked_options(entry: Entry, function: &Function, args: TokenStream) -> Result<Options> {
    let signature = &function.signature;
    if signature.asyncness.is_none() {
        let message = "the `async` keyword is missing from the function declaration";
        return Err(Error::new(signature.fn_token.span, message));
    }
    Options::parse(entry, args)
}

/// Whether an attribute is the built-in `#[test]`, plain or by its path in a prelude.
fn is_test_marker(attribute: &Attribute) -> bool {
    let Meta::Path(path) = &attribute.meta else {
        return false;
    };
    if path.segments.iter().any(|s| !s.arguments.is_none()) {
        return false;
    }
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match names[..] {
        ["test"] => path.leading_colon.is_none(),
        ["core" | "std", "prelude", _, "test"] => true,
        _ => false,
    }
}

fn main_item(entry: Entry, mut function: Function, options: &Options) -> TokenStream {
    function.signature.asyncness = None;
    let body = function.body();
    let (start, _) = function.last_statement();
    let hint = if hides_its_type(&function.signature.output) {
        quote! {}
    } else {
        output_hint(&function.signature.output, quote! { body })
    };
    let root = root_path(entry, options, start);
    let config = runtime_config(&root, options, start);
    let call = quote_spanned! {start=>
        #root::macros::support::run_main(&#config, body)
    };
    let block = return_block(&function, call);
    let body = quote! {
        let body = async #body;
        let body = {
            #hint
            body
        };
        #block
    };
    function.with_body(quote! {}, body)
}

fn test_item(entry: Entry, mut function: Function, options: &Options) -> TokenStream {
    function.signature.asyncness = None;
    let body = function.body();
    let (start, _) = function.last_statement();
    let root = root_path(entry, options, start);
    let config = test_config(&root, options, &function, start);
    // A body without arguments captures nothing, so it can run any number of times. One with
    // arguments may move them, and runs once.
    let repeatable = function.signature.inputs.is_empty();
    let (body, future, run) = if repeatable {
        (
            quote! { || async #body },
            quote! { body() },
            quote! { run_test },
        )
    } else {
        (
            quote! { async #body },
            quote! { body },
            quote! { run_test_once },
        )
    };
    let hint = output_hint(&function.signature.output, future);
    let call = quote_spanned! {start=>
        #root::macros::support::#run(&#config, body)
    };
    let block = return_block(&function, call);
    let body = quote! {
        let body = #body;
        let body = {
            #hint
            body
        };
        #block
    };
    function.with_body(quote! { #[::core::prelude::v1::test] }, body)
}

/// The block that makes the call and returns what it gives, with the spans of the last statement,
/// at which a message about a wrong return type then points.
///
/// The `return` is written out because a tail expression would change which lints fire on it.
fn return_block(function: &Function, call: TokenStream) -> TokenStream {
    let (_, end) = function.last_statement();
    quote_spanned! {end=>
        #[allow(
            clippy::diverging_sub_expression,
            clippy::expect_used,
            clippy::needless_return,
            clippy::unwrap_in_result
        )]
        {
            return #call;
        }
    }
}

/// Tells the compiler the output type of `future` early, at no cost when it runs.
fn output_hint(output: &ReturnType, future: TokenStream) -> TokenStream {
    let output = match output {
        ReturnType::Default => quote! { () },
        ReturnType::Type(_, ty) => ty.to_token_stream(),
    };
    quote! {
        if false {
            let _: &dyn ::core::future::Future<Output = #output> = &#future;
        }
    }
}

/// Whether the return type cannot be written in a `dyn Future<Output = …>`: `!` and `impl …`.
fn hides_its_type(output: &ReturnType) -> bool {
    match output {
        ReturnType::Default => false,
        ReturnType::Type(_, ty) => {
            matches!(**ty, Type::Never(_)) || contains_impl(ty.to_token_stream())
        }
    }
}

fn contains_impl(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "impl",
        TokenTree::Group(group) => contains_impl(group.stream()),
        _ => false,
    })
}

/// The crate, as the user renamed it or by its own name.
fn root_path(entry: Entry, options: &Options, span: Span) -> TokenStream {
    match &options.crate_path {
        Some(path) => path.to_token_stream(),
        None => {
            let span = Span::call_site().located_at(span);
            Ident::new(entry.root.name(), span).into_token_stream()
        }
    }
}

/// The runtime's part of the options, as a constant of the support module's type.
fn runtime_config(root: &TokenStream, options: &Options, span: Span) -> TokenStream {
    let flavor = match options.flavor {
        Flavor::CurrentThread => quote! { CurrentThread },
        Flavor::MultiThread => quote! { MultiThread },
        Flavor::Local => quote! { Local },
    };
    let worker_threads = optional(options.worker_threads);
    let start_paused = optional(options.start_paused);
    let name = optional(options.name.as_deref());
    let unhandled_panic = optional(options.unhandled_panic.map(|behavior| match behavior {
        UnhandledPanic::Ignore => quote! { #root::runtime::UnhandledPanic::Ignore },
        UnhandledPanic::ShutdownRuntime => {
            quote! { #root::runtime::UnhandledPanic::ShutdownRuntime }
        }
    }));
    quote_spanned! {span=>
        #root::macros::support::RuntimeConfig {
            flavor: #root::macros::support::Flavor::#flavor,
            worker_threads: #worker_threads,
            start_paused: #start_paused,
            name: #name,
            unhandled_panic: #unhandled_panic,
        }
    }
}

/// What a test is, where it stands and how it runs.
fn test_config(
    root: &TokenStream,
    options: &Options,
    function: &Function,
    span: Span,
) -> TokenStream {
    let runtime = runtime_config(root, options, span);
    let ident = &function.signature.ident;
    let name = ident.to_string();
    let line = quote_spanned! {ident.span()=> ::core::line!() };
    let schedules = optional(options.schedules.map(|schedules| match schedules {
        Schedules::Fresh => quote! { #root::macros::support::Schedules::Fresh },
        Schedules::Seed(seed) => quote! { #root::macros::support::Schedules::Seed(#seed) },
        Schedules::Many(count) => quote! { #root::macros::support::Schedules::Many(#count) },
    }));
    quote_spanned! {span=>
        #root::macros::support::TestConfig {
            package: ::core::option_env!("CARGO_PKG_NAME"),
            path: ::core::concat!(::core::module_path!(), "::", #name),
            file: ::core::file!(),
            line: #line,
            runtime: #runtime,
            schedules: #schedules,
        }
    }
}

fn optional(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote! { ::core::option::Option::Some(#value) },
        None => quote! { ::core::option::Option::None },
    }
}
