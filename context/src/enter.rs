//! Entering a runtime: whether this thread may be blocked.
//!
//! A thread is *entered* while it runs `block_on` or is a worker. Entering twice would block a
//! thread that has to run tasks, so it panics, with tokio's message. `block_in_place` leaves the
//! runtime while its closure runs.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::block;
use crate::choose;
use crate::runtime::{RuntimeCore, SetCurrent};

/// Whether a thread drives a runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// It does not; it may block.
    No,
    /// It does.
    Yes {
        /// Whether `block_in_place` may be called here.
        allow_block_in_place: bool,
    },
}

impl Entered {
    /// Whether the thread drives a runtime.
    pub fn is_entered(self) -> bool {
        self != Entered::No
    }
}

/// Whether this thread drives a runtime right now.
#[inline]
pub fn current() -> Entered {
    block::with(|block| block.entered.get())
}

/// Leaves the runtime when dropped.
#[derive(Debug)]
#[must_use]
pub struct EnterRuntime {
    rng: u64,
    _current: SetCurrent,
    _not_send: PhantomData<*mut ()>,
}

/// Makes this thread one that drives `core`, until the guard is dropped.
///
/// # Panics
///
/// When the thread drives a runtime already.
#[track_caller]
pub fn enter_runtime(core: &Arc<RuntimeCore>, allow_block_in_place: bool) -> EnterRuntime {
    if current().is_entered() {
        panic!(
            "Cannot start a runtime from within a runtime. This happens \
            because a function (like `block_on`) attempted to block the \
            current thread while the thread is being used to drive \
            asynchronous tasks. If you are in an async function, use \
            `.await` on the future instead of blocking on it."
        );
    }
    let rng = block::with(|block| {
        block.entered.set(Entered::Yes {
            allow_block_in_place,
        });
        // Seeded by the runtime, when the first number is drawn.
        block.rng.replace(choose::NOT_SEEDED)
    });
    EnterRuntime {
        rng,
        _current: SetCurrent::new(core.clone()),
        _not_send: PhantomData,
    }
}

impl Drop for EnterRuntime {
    fn drop(&mut self) {
        block::with(|block| {
            block.entered.set(Entered::No);
            block.rng.set(self.rng);
        });
    }
}

/// Puts the previous state back when dropped.
#[derive(Debug)]
#[must_use]
pub struct RestoreEntered {
    previous: Entered,
    _not_send: PhantomData<*mut ()>,
}

impl Drop for RestoreEntered {
    fn drop(&mut self) {
        block::with(|block| block.entered.set(self.previous));
    }
}

/// Replaces the thread's state until the guard is dropped.
pub fn replace(entered: Entered) -> RestoreEntered {
    let previous = block::with(|block| block.entered.replace(entered));
    RestoreEntered {
        previous,
        _not_send: PhantomData,
    }
}

/// Forbids `block_in_place` until the guard is dropped; for `LocalSet`.
pub fn disallow_block_in_place() -> RestoreEntered {
    match current() {
        Entered::Yes { .. } => replace(Entered::Yes {
            allow_block_in_place: false,
        }),
        Entered::No => replace(Entered::No),
    }
}

/// Whether this thread may block: panics with tokio's words when it drives a runtime.
///
/// # Panics
///
/// When the thread drives a runtime.
#[track_caller]
pub fn assert_may_block() {
    if current().is_entered() {
        panic!(
            "Cannot block the current thread from within a runtime. This \
            happens because a function attempted to block the current \
            thread while the thread is being used to drive asynchronous \
            tasks."
        );
    }
}
