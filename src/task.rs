//! Tasks: spawning, joining, aborting; and code that blocks.
//!
//! A task is a future that the runtime polls on its own. It runs beside the code that spawned it,
//! on whichever thread is free, and costs little: a program may have a million. A [`JoinHandle`]
//! waits for its output; dropping the handle lets the task run on.
//!
//! # Which way to run something
//!
//! | To run | use |
//! |---|---|
//! | a future beside the current code | [`spawn`][spawn] |
//! | many of them, whose outputs are wanted as they come | [`JoinSet`] |
//! | several futures within the current task, whatever they borrow | `join!`, `select!` |
//! | a future that is not `Send` | [`spawn_local`][spawn_local] in a [`LocalSet`] |
//! | code that blocks or computes for long | [`spawn_blocking`][spawn_blocking] |
//! | such code in the middle of a task, borrowing from it | [`block_in_place`][block_in_place] |
//!
//! # Code that blocks
//!
//! A task shares its thread with others and gives the thread back at an `.await`. Code that takes
//! longer than some 100 µs between two of them keeps others waiting. Put it on the blocking pool
//! with [`spawn_blocking`][spawn_blocking]: the pool starts threads as they are needed, up to 512.
//! For long computations, a pool with one thread per processor, as rayon has it, is better. For
//! something that runs forever, start a thread.
//!
//! A loop that does much work but awaits only what is always ready does not hold up the others: the
//! types of vitte take part in a [budget][coop], after which they yield. [`yield_now`] does so
//! explicitly.
//!
//! # How a task ends
//!
//! A task ends when its future completes or panics; when it was [aborted][abort], at its
//! next `.await`; and when its runtime ends. In each case the future is dropped before the
//! [`JoinHandle`] is ready. A panic does not go further than the task: joining it gives a
//! [`JoinError`].
//!
//! ```
//! use vitte::task::JoinSet;
//!
//! # #[vitte::main]
//! # async fn main() {
//! let mut squares = JoinSet::new();
//! for n in 1..=3 {
//!     squares.spawn(async move { n * n });
//! }
//! assert_eq!(squares.join_all().await.iter().sum::<u32>(), 14);
//! # }
//! ```
//!
#![cfg_attr(
    feature = "rt",
    doc = "[spawn]: spawn()\n[spawn_local]: spawn_local()\n[spawn_blocking]: spawn_blocking()\n\
           [block_in_place]: block_in_place()\n[abort]: JoinHandle::abort"
)]
#![cfg_attr(
    not(feature = "rt"),
    doc = "[spawn]: crate#features\n[spawn_local]: crate#features\n\
           [spawn_blocking]: crate#features\n[block_in_place]: crate#features\n\
           [abort]: crate#features\n[coop]: crate#features\n\
           [`JoinHandle`]: crate#features\n[`JoinSet`]: crate#features\n\
           [`LocalSet`]: crate#features\n[`JoinError`]: crate#features\n\
           [`yield_now`]: crate#features"
)]

#[cfg(feature = "rt")]
mod builder;
#[cfg(feature = "rt")]
pub mod join_set;
#[cfg(feature = "rt")]
mod local_set;
#[cfg(feature = "rt")]
mod spawn;

#[cfg(feature = "rt")]
pub use self::builder::Builder;
#[cfg(feature = "rt")]
#[doc(inline)]
pub use self::join_set::JoinSet;
#[cfg(feature = "rt")]
pub use self::local_set::LocalSet;
#[cfg(feature = "rt")]
pub use self::spawn::{block_in_place, spawn, spawn_blocking};
#[cfg(feature = "rt")]
pub use vitte_executor::local_set::{LocalEnterGuard, spawn_local};
#[cfg(feature = "rt")]
#[doc(hidden)]
pub use vitte_executor::task::coop::{Unconstrained, consume_budget, unconstrained};
#[cfg(feature = "rt")]
pub use vitte_executor::task::{
    AbortHandle, Id, JoinError, JoinHandle, LocalKey, coop, id, try_id, yield_now,
};

/// Futures that have a name, because they have methods of their own.
#[cfg(feature = "rt")]
pub mod futures {
    pub use vitte_executor::task::TaskLocalFuture;
}
