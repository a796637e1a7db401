//! The machinery of `JoinSet`: join handles, and a queue of those whose task has completed.
//!
//! Each member has a [`Ticket`], which is the waker that its task wakes on completion. The ticket
//! notes its member in the queue, once, and wakes whoever polls the set; so the set only ever looks
//! at members that have something to tell. Tickets are used again for later members when nobody
//! else holds them, so that a set in steady use does not allocate for its own sake.
//!
//! Whoever polls the set takes all that is in the queue at once, and gives it out without the lock.

use std::collections::VecDeque;
use std::mem::{self, ManuallyDrop};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr;
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
    /// What was taken out of the queue and is still to be given out.
    taken: VecDeque<Notice>,
    /// Tickets of former members.
    spare: Vec<Arc<Ticket>>,
}

struct Member<T> {
    handle: JoinHandle<T>,
    /// The output, if the task completed in the very moment when its ticket was registered.
    early: Option<Box<Output<T>>>,
    ticket: Arc<Ticket>,
}

/// The queue of members that have completed, and whoever waits for one.
#[derive(Default)]
struct Completed {
    state: Mutex<CompletedState>,
}

#[derive(Default)]
struct CompletedState {
    notices: VecDeque<Notice>,
    waker: Option<Waker>,
}

/// Says that a member has completed, unless it has left the set meanwhile. It may then be taken for
/// one that came to the same place with the same ticket, which is polled for nothing.
struct Notice {
    key: usize,
    /// The address of the member's ticket.
    ticket: usize,
}

/// A member's waker.
struct Ticket {
    completed: Arc<Completed>,
    /// The member's key in the slab, as long as it is a member.
    key: usize,
    /// Its notice is in the queue, or its member has left the set.
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
            taken: VecDeque::new(),
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
            ticket,
        });
        let waker = Ticket::borrowed_waker(&member.ticket);
        let mut cx = Context::from_waker(&waker);
        if member.handle.is_finished() {
            member.ticket.queue();
        } else if let Poll::Ready(joined) = member.handle.poll_joined(&mut cx) {
            member.early = Some(Box::new(joined));
            member.ticket.queue();
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

    /// The key of a member that has completed. If there is none, `waker` is woken when one does.
    fn next_completed(&mut self, waker: Option<&Waker>) -> Option<usize> {
        loop {
            let Some(notice) = self.taken.pop_front() else {
                if self.take_notices(waker) {
                    continue;
                }
                return None;
            };
            if let Some(member) = self.members.get(notice.key) {
                if notice.ticket == Ticket::address(&member.ticket) {
                    // Relaxed: the poll that follows registers the ticket again, or sees the
                    // output; who wakes the ticket does so after that.
                    member.ticket.queued.store(false, Ordering::Relaxed);
                    return Some(notice.key);
                }
            }
        }
    }

    /// Takes all notices out of the queue. If there are none, leaves `waker` in it.
    fn take_notices(&mut self, waker: Option<&Waker>) -> bool {
        let mut leaving = waker.map(Leaving::new);
        let mut state = lock(&self.completed.state);
        if !state.notices.is_empty() {
            mem::swap(&mut state.notices, &mut self.taken);
            return true;
        }
        let replaced = leaving
            .as_mut()
            .and_then(|leaving| leaving.leave_in(&mut state.waker));
        drop(state);
        drop(replaced);
        false
    }

    /// Polls a member that is in the set, and removes it if it is done.
    fn poll_member(&mut self, key: usize) -> Poll<(Id, Result<T, JoinError>)> {
        let member = &mut self.members[key];
        let joined = match member.early.take() {
            Some(joined) => *joined,
            None => {
                let waker = Ticket::borrowed_waker(&member.ticket);
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
        let waker = lock(&self.completed.state).waker.take();
        drop(waker);
        self.abort_all();
    }
}

impl Ticket {
    /// A ticket for the member of that key, a used one if there is one.
    fn new(spare: &mut Vec<Arc<Ticket>>, completed: &Arc<Completed>, key: usize) -> Arc<Self> {
        if let Some(mut ticket) = spare.pop() {
            // A wake that comes late may still hold it.
            if let Some(used) = Arc::get_mut(&mut ticket) {
                used.key = key;
                *used.queued.get_mut() = false;
                return ticket;
            }
        }
        Arc::new(Ticket {
            completed: completed.clone(),
            key,
            queued: AtomicBool::new(false),
        })
    }

    /// The ticket as a waker, without a reference of its own. Not to outlive the ticket.
    fn borrowed_waker(ticket: &Arc<Self>) -> ManuallyDrop<Waker> {
        // SAFETY: what is made here of the ticket's reference is never dropped, so that no reference
        // is given back which was not taken.
        let borrowed = unsafe { Arc::from_raw(Arc::as_ptr(ticket)) };
        ManuallyDrop::new(Waker::from(borrowed))
    }

    fn address(ticket: &Self) -> usize {
        ptr::from_ref(ticket).addr()
    }

    /// The member leaves: nobody is to be woken on its account any more.
    fn retire(ticket: Arc<Self>, spare: &mut Vec<Arc<Ticket>>) {
        // Relaxed: a wake that comes at the same time is harmless, since its notice is of a member
        // that is no more.
        ticket.queued.store(true, Ordering::Relaxed);
        spare.push(ticket);
    }

    /// Notes in the queue that the member has completed, and wakes whoever polls the set.
    fn queue(&self) {
        let mut state = lock(&self.completed.state);
        // Relaxed: what the task did is published by its own state, which the set reads.
        if self.queued.load(Ordering::Relaxed) {
            return;
        }
        self.queued.store(true, Ordering::Relaxed);
        state.notices.push_back(Notice {
            key: self.key,
            ticket: Ticket::address(self),
        });
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
        self.queue();
    }
}
