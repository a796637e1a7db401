//! The machinery of `JoinSet`: join handles, and a queue of those whose task has completed.
//!
//! Each member has a ticket, which is the waker that its task wakes on completion; see [`tickets`].
//! So the set only ever looks at members that have something to tell.

mod tickets;

use std::collections::VecDeque;
use std::mem;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::task::{Context, Poll, Waker};

use slab::Slab;
use vitte_context::coop;

use self::tickets::Tickets;
use super::error::JoinError;
use super::id::Id;
use super::join::JoinHandle;
use super::output::Output;

/// A set of join handles that gives their outputs in the order of completion.
pub struct Joining<T> {
    members: Slab<Member<T>>,
    tickets: Tickets,
    /// The keys that were taken out of the tickets' queue and are still to be looked at.
    taken: VecDeque<usize>,
}

struct Member<T> {
    handle: JoinHandle<T>,
    /// The output, if the task completed in the very moment when its ticket was registered.
    early: Option<Box<Output<T>>>,
}

// SAFETY: whoever has the set has the handles and the outputs (`T: Send`); all else is `Sync`.
unsafe impl<T: Send> Send for Joining<T> {}
// SAFETY: a shared set gives no access to handles or outputs.
unsafe impl<T: Send> Sync for Joining<T> {}
impl<T> Unpin for Joining<T> {}
impl<T> UnwindSafe for Joining<T> {}
impl<T> RefUnwindSafe for Joining<T> {}

impl<T> Default for Joining<T> {
    fn default() -> Self {
        Joining {
            members: Slab::new(),
            tickets: Tickets::default(),
            taken: VecDeque::new(),
        }
    }
}

impl<T> Joining<T> {
    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Adds a member.
    pub fn insert(&mut self, handle: JoinHandle<T>) {
        let key = self.members.insert(Member {
            handle,
            early: None,
        });
        self.tickets.open(key);
        let member = &mut self.members[key];
        if member.handle.is_finished() {
            self.tickets.queue(key);
            return;
        }
        let waker = self.tickets.borrowed_waker(key);
        let mut cx = Context::from_waker(&waker);
        if let Poll::Ready(joined) = member.handle.poll_joined(&mut cx) {
            member.early = Some(Box::new(joined));
            self.tickets.queue(key);
        }
    }

    /// The output of the next member that completes, with its task's id; `None` if there is no
    /// member.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<(Id, Result<T, JoinError>)>> {
        if self.is_empty() {
            return Poll::Ready(None);
        }
        let Some(key) = self.next_completed(Some(cx.waker())) else {
            return Poll::Pending;
        };
        match self.poll_member(key) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => {
                self.look_again(key);
                // Usually the budget is used up, and the member has deferred its ticket.
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    /// The output of a member that has completed, with its task's id.
    ///
    /// This costs no budget.
    pub fn try_next(&mut self) -> Option<(Id, Result<T, JoinError>)> {
        while let Some(key) = self.next_completed(None) {
            if let Poll::Ready(output) = coop::with_unconstrained(|| self.poll_member(key)) {
                return Some(output);
            }
            self.look_again(key);
        }
        None
    }

    /// A member whose key was in the queue is pending.
    fn look_again(&self, key: usize) {
        let handle = &self.members[key].handle;
        self.tickets.look_again(key, || handle.is_finished());
    }

    /// The key of a member that has completed. If there is none, `waker` is woken when one does.
    fn next_completed(&mut self, waker: Option<&Waker>) -> Option<usize> {
        loop {
            let Some(key) = self.taken.pop_front() else {
                if self.tickets.take_keys(&mut self.taken, waker) {
                    continue;
                }
                return None;
            };
            // A ticket may have been queued while its member left.
            if self.members.contains(key) {
                self.tickets.reopen(key);
                return Some(key);
            }
        }
    }

    /// Polls a member that is in the set, and removes it if it is done.
    fn poll_member(&mut self, key: usize) -> Poll<(Id, Result<T, JoinError>)> {
        let member = &mut self.members[key];
        let joined = match member.early.take() {
            Some(joined) => *joined,
            None => {
                let waker = self.tickets.borrowed_waker(key);
                let mut cx = Context::from_waker(&waker);
                let coop = std::task::ready!(coop::poll_proceed(&mut cx));
                let joined = std::task::ready!(member.handle.poll_joined(&mut cx));
                coop.made_progress();
                joined
            }
        };
        let Member { handle, .. } = self.members.remove(key);
        self.tickets.close(key);
        Poll::Ready((handle.id(), joined.into_result()))
    }

    /// Aborts all members; they stay in the set until they were joined.
    pub fn abort_all(&mut self) {
        for (_, member) in &self.members {
            member.handle.abort();
        }
    }

    /// Removes all members and lets their tasks run on.
    pub fn detach_all(&mut self) {
        self.tickets.forget_all();
        self.taken.clear();
        // Dropping the handles detaches the tasks.
        drop(mem::take(&mut self.members));
    }
}

impl<T> Drop for Joining<T> {
    fn drop(&mut self) {
        drop(self.tickets.take_waker());
        self.abort_all();
    }
}
