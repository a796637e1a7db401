//! Bugs that tokio has mended and that tokio's own tests do not cover: that vitte does not have
//! them. [docs/tokio-fixes.md](../../../docs/tokio-fixes.md) goes through all of them.

mod io;
mod runtime;
mod sync;

use std::future::Future;
use std::task::{Context, Waker};

use vitte::runtime::{Builder, Runtime};

fn noop() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn block_on<F: Future>(future: F) -> F::Output {
    current_thread().block_on(future)
}
