//! The machinery of `JoinSet`: join handles, and a queue of those whose task has completed.
//!
//! Each member has a [`Ticket`], which is the waker that its task wakes on completion. The ticket
//! puts itself into the queue, once, and wakes whoever polls the set; so the set only ever looks
//! at members that have something to tell. Tickets are used again for later members when nobody
//! else holds them, so that a set in steady use does not allocate for its own sake.

use std::collections::VecDeque;
use std::mem;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use slab::Slab;
use vitte_context::coop;
use vitte_context::leave::Leaving;
use vitte_context::panics::contain;
use vitte_context::primitive::{Mutex, lock};

use super::error::JoinError;
use super::id::Id;
use super::join::JoinHandle;
use super::output::Output;

/// A set of join handles that gives their outputs in the order of completion.
pub struct Joining<T> {
    members: Slab<Member<T>>,
    completed: Arc<Completed>,
    /// Tickets of former members.
    spare: Vec<Arc<Ticket>>,
}

struct Member<T> {
    handle: JoinHandle<T>,
    /// The output, if the task completed in the very moment when its ticket was registered.
    early: Option<Box<Output<T>>>,
    ticket: Arc<Ticket>,
}

/// The queue of tickets, and whoever waits for one.
#[derive(Default)]
struct Completed {
    state: Mutex<CompletedState>,
}

#[derive(Default)]
struct CompletedState {
    tickets: VecDeque<Arc<Ticket>>,
    waker: Option<Waker>,
    /// The set is gone: a queued ticket would keep the queue alive for ever.
    closed: bool,
}

/// A member's waker.
struct Ticket {
    completed: Arc<Completed>,
    /// The member's key in the slab, as long as it is a member.
    key: usize,
    /// It is in the queue, or its member has left the set.
    queued: AtomicBool,
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
            completed: Arc::default(),
            spare: Vec::new(),
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
        let entry = self.members.vacant_entry();
        let ticket = Ticket::new(&mut self.spare, &self.completed, entry.key());
        let member = entry.insert(Member {
            handle,
            early: None,
            ticket: ticket.clone(),
        });
        if member.handle.is_finished() {
            ticket.queue();
            return;
        }
        let waker = Waker::from(ticket);
        let mut cx = Context::from_waker(&waker);
        if let Poll::Ready(joined) = member.handle.poll_joined(&mut cx) {
            member.early = Some(Box::new(joined));
            member.ticket.clone().queue();
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
                // As a rule the budget is used up, and the member has deferred its ticket.
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
        }
        None
    }

    /// Takes a ticket out of the queue. If `waker` is given, it is woken when the next one comes.
    fn next_completed(&mut self, waker: Option<&Waker>) -> Option<usize> {
        loop {
            let mut leaving = waker.map(Leaving::new);
            let mut state = lock(&self.completed.state);
            let replaced = leaving
                .as_mut()
                .and_then(|leaving| leaving.leave_in(&mut state.waker));
            let ticket = state.tickets.pop_front();
            drop(state);
            drop(replaced);
            let ticket = ticket?;
            let member = self.members.get(ticket.key);
            // A ticket may have been queued while its member left.
            if member.is_some_and(|member| Arc::ptr_eq(&member.ticket, &ticket)) {
                // Relaxed: the poll that follows registers the ticket again, or sees the output.
                ticket.queued.store(false, Ordering::Relaxed);
                return Some(ticket.key);
            }
        }
    }

    /// Polls a member that is in the set, and removes it if it is done.
    fn poll_member(&mut self, key: usize) -> Poll<(Id, Result<T, JoinError>)> {
        let member = &mut self.members[key];
        let joined = match member.early.take() {
            Some(joined) => *joined,
            None => {
                let waker = Waker::from(member.ticket.clone());
                let mut cx = Context::from_waker(&waker);
                let coop = std::task::ready!(coop::poll_proceed(&mut cx));
                let joined = std::task::ready!(member.handle.poll_joined(&mut cx));
                coop.made_progress();
                joined
            }
        };
        let Member { handle, ticket, .. } = self.members.remove(key);
        Ticket::retire(ticket, &mut self.spare);
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
        let members = mem::take(&mut self.members);
        for (_, member) in members {
            Ticket::retire(member.ticket, &mut self.spare);
            // Dropping the handle detaches the task.
        }
    }
}

impl<T> Drop for Joining<T> {
    fn drop(&mut self) {
        let mut state = lock(&self.completed.state);
        state.closed = true;
        let tickets = mem::take(&mut state.tickets);
        let waker = state.waker.take();
        drop(state);
        drop((tickets, waker));
        self.abort_all();
    }
}

impl Ticket {
    /// A ticket for the member of that key, a used one if there is one.
    fn new(spare: &mut Vec<Arc<Ticket>>, completed: &Arc<Completed>, key: usize) -> Arc<Self> {
        let fresh = Ticket {
            completed: completed.clone(),
            key,
            queued: AtomicBool::new(false),
        };
        match spare.pop() {
            Some(mut ticket) => match Arc::get_mut(&mut ticket) {
                Some(used) => {
                    *used = fresh;
                    ticket
                }
                None => Arc::new(fresh),
            },
            None => Arc::new(fresh),
        }
    }

    /// The member leaves: nobody is to be woken on its account any more.
    fn retire(ticket: Arc<Self>, spare: &mut Vec<Arc<Ticket>>) {
        // Relaxed: a wake that comes at the same time is harmless, since the ticket, once taken
        // out of the queue, belongs to no member.
        ticket.queued.store(true, Ordering::Relaxed);
        spare.push(ticket);
    }

    /// Puts the ticket into the queue and wakes whoever polls the set.
    fn queue(self: Arc<Self>) {
        // Relaxed: what the task did is published by its own state, which the set reads.
        if self.queued.swap(true, Ordering::Relaxed) {
            return;
        }
        let completed = self.completed.clone();
        let mut state = lock(&completed.state);
        if state.closed {
            return;
        }
        state.tickets.push_back(self);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            // async-task aborts the process when this panics, which someone else's waker may.
            contain(|| waker.wake());
        }
    }
}

impl Wake for Ticket {
    fn wake(self: Arc<Self>) {
        self.queue();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.load(Ordering::Relaxed) {
            self.clone().queue();
        }
    }
}
