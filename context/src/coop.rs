//! The cooperative budget: how much a task may do in one poll before it has to yield.
//!
//! Every operation of vitte that can complete without waiting (a receive, a lock, a read from a
//! ready socket) first takes one unit. When none is left it returns `Pending` and leaves the
//! waker on the scheduler's [defer list](crate::defer), so that a task with an endless supply of
//! ready events cannot keep its worker from timers, sockets and other tasks.
//!
//! The budget is a byte in the thread's block. Schedulers set it before each poll; operations
//! only ever decrement it. The public module `task::coop` has what is public of it, and futures
//! that are built on it, which are in the executor.

use std::cell::Cell;
use std::marker::PhantomData;
use std::task::{Context, Poll, Waker};

use crate::block;
use crate::choose::{self, Kind};
use crate::defer::defer;
use crate::runtime;

/// The units that one poll of a task may use.
pub const INITIAL: u8 = 128;

/// What is left of a poll's allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget(u8);

impl Budget {
    /// No limit: the state outside of tasks, and inside `unconstrained`.
    pub const UNCONSTRAINED: Budget = Budget(u8::MAX);

    /// A full allowance.
    pub const FULL: Budget = Budget(INITIAL);

    const fn of(units: u8) -> Budget {
        Budget(units)
    }

    /// Whether another operation may proceed.
    #[inline]
    pub fn has_remaining(self) -> bool {
        self.0 > 0
    }
}

/// Restores the previous budget when dropped; made by [`enter`].
#[derive(Debug)]
pub struct BudgetGuard {
    previous: Budget,
}

impl Drop for BudgetGuard {
    #[inline]
    fn drop(&mut self) {
        set(self.previous);
    }
}

/// Replaces the current budget until the guard is dropped.
#[inline]
pub fn enter(budget: Budget) -> BudgetGuard {
    BudgetGuard {
        previous: replace(budget),
    }
}

/// Runs `f` with a full budget, as one poll of a task does.
#[inline]
pub fn with_full<R>(f: impl FnOnce() -> R) -> R {
    let _guard = enter(Budget::FULL);
    f()
}

/// Runs `f` without any limit.
#[inline]
pub fn with_unconstrained<R>(f: impl FnOnce() -> R) -> R {
    let _guard = enter(Budget::UNCONSTRAINED);
    f()
}

/// The budgets that a poll may get in a deterministic runtime. The first is the usual one; the
/// small ones end a poll between two operations that could both go on.
const CHOICES: [Budget; 4] = [Budget::FULL, Budget::of(1), Budget::of(2), Budget::of(3)];

/// The budget for a poll that begins now: a full one, unless the runtime is deterministic and
/// chooses otherwise.
#[inline]
pub fn for_poll() -> Budget {
    CHOICES[choose::free(Kind::Budget, CHOICES.len())]
}

/// The current budget.
#[inline]
pub fn current() -> Budget {
    block::with(|block| block.budget.get())
}

/// Sets the current budget.
#[inline]
pub fn set(budget: Budget) {
    block::with(|block| block.budget.set(budget));
}

/// Sets the current budget and returns the previous one.
#[inline]
pub fn replace(budget: Budget) -> Budget {
    block::with(|block| block.budget.replace(budget))
}

/// Returns whether the current task has any budget left in this poll; always true outside of a
/// task.
///
/// # Examples
///
/// ```
/// use vitte::task::coop::{consume_budget, has_budget_remaining};
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// vitte::spawn(async {
///     let mut rounds = 0;
///     while has_budget_remaining() {
///         consume_budget().await;
///         rounds += 1;
///     }
///     println!("{rounds} rounds in one poll");
/// })
/// .await
/// .unwrap();
/// # }
/// ```
#[inline]
pub fn has_budget_remaining() -> bool {
    current().has_remaining()
}

/// Gives a unit of budget back when it is dropped, unless progress was made; from
/// [`poll_proceed`].
///
/// Keep it across the operation, and call [`made_progress`](Self::made_progress) if the operation
/// completed.
#[derive(Debug)]
#[must_use]
pub struct RestoreOnPending {
    budget: Cell<Budget>,
    // The budget is this thread's.
    _not_send: PhantomData<*mut ()>,
}

impl RestoreOnPending {
    /// Uses the unit up: the operation completed.
    ///
    /// # Examples
    ///
    /// See [`poll_proceed`].
    #[inline]
    pub fn made_progress(&self) {
        self.budget.set(Budget::UNCONSTRAINED);
    }
}

impl Drop for RestoreOnPending {
    #[inline]
    fn drop(&mut self) {
        let budget = self.budget.get();
        if budget != Budget::UNCONSTRAINED {
            set(budget);
        }
    }
}

/// Takes one unit of the current task's budget, or returns `Pending` when none is left.
///
/// After `Pending` the task will be polled again, once the scheduler has looked at timers and
/// sockets; the caller returns `Pending` too. After `Ready` the caller keeps the returned
/// [`RestoreOnPending`] until it knows whether it made progress.
///
/// # Examples
///
/// ```
/// use std::future::poll_fn;
/// use std::task::{Context, Poll, ready};
/// use vitte::task::coop;
///
/// fn poll_pop(queue: &mut Vec<u8>, cx: &mut Context<'_>) -> Poll<Option<u8>> {
///     let coop = ready!(coop::poll_proceed(cx));
///     let item = queue.pop();
///     coop.made_progress();
///     Poll::Ready(item)
/// }
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut queue = vec![0; 1_000];
/// while poll_fn(|cx| poll_pop(&mut queue, cx)).await.is_some() {}
/// assert!(queue.is_empty());
/// # }
/// ```
#[inline]
pub fn poll_proceed(cx: &mut Context<'_>) -> Poll<RestoreOnPending> {
    block::with(|block| {
        let budget = block.budget.get();
        if budget == Budget::UNCONSTRAINED {
            return Poll::Ready(RestoreOnPending {
                budget: Cell::new(Budget::UNCONSTRAINED),
                _not_send: PhantomData,
            });
        }
        if budget.0 == 0 {
            force_yield(cx.waker());
            return Poll::Pending;
        }
        block.budget.set(Budget(budget.0 - 1));
        Poll::Ready(RestoreOnPending {
            budget: Cell::new(budget),
            _not_send: PhantomData,
        })
    })
}

/// The budget is used up: the task has to be polled again. A task that asks for several operations
/// in one poll is counted once.
#[cold]
fn force_yield(waker: &Waker) {
    if defer(waker) {
        runtime::with_current(|core| {
            if let Some(core) = core {
                core.count_forced_yield();
            }
        });
    }
}

/// Before an operation that takes something and only then asks for its unit of budget: lets a
/// deterministic run end the poll here, with nothing taken. Elsewhere always `Ready`.
///
/// Without it, a task that had no budget left would go on to take a free lock, and no schedule
/// would show what others can do in between.
#[inline]
pub fn poll_interrupt(cx: &mut Context<'_>) -> Poll<()> {
    let is_interrupted =
        block::with(|block| !block.budget.get().has_remaining() && !block.baton.get().is_null());
    if is_interrupted {
        defer(cx.waker());
        return Poll::Pending;
    }
    Poll::Ready(())
}

/// `Ready` while the task has budget left; otherwise arranges a new poll and returns `Pending`.
///
/// Unlike [`poll_proceed`] it takes nothing: `select!` and `join!` ask it before each branch.
#[inline]
pub fn poll_budget_available(cx: &mut Context<'_>) -> Poll<()> {
    if has_budget_remaining() {
        return Poll::Ready(());
    }
    defer(cx.waker());
    Poll::Pending
}
