//! The wakers of a set's members, and the queue of members that have completed.
//!
//! A member's ticket is the waker that its task wakes on completion. It puts the member's key into
//! the queue, once, and wakes whoever polls the set; that one takes all keys at once. Tickets lie
//! in chunks, in the order of the keys, so that hardly a member costs an allocation; a waker is a
//! reference of its chunk.
//!
//! A ticket serves one member after the other. Who was given the waker of an earlier one may wake
//! it late: then the present one is looked at for nothing. Its own wake, if it comes while the late
//! one's key is in the queue, does nothing; so whoever has looked for nothing
//! [looks again](Tickets::look_again).

use std::collections::VecDeque;
use std::mem::{self, ManuallyDrop, offset_of};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{RawWaker, RawWakerVTable, Waker};

use vitte_context::panics::contain;
use vitte_context::primitive::atomic::AtomicBool;
use vitte_context::primitive::{Mutex, lock};
use vitte_context::wakers::PreparedWaker;

/// How many tickets there are in a chunk.
const CHUNK: usize = if cfg!(vitte_loom) { 2 } else { 32 };

/// The tickets of a set.
#[derive(Default)]
pub(super) struct Tickets {
    completed: Arc<Completed>,
    chunks: Vec<Arc<Chunk>>,
}

/// The queue of keys, and whoever waits for one.
#[derive(Default)]
struct Completed {
    state: Mutex<CompletedState>,
}

#[derive(Default)]
struct CompletedState {
    keys: VecDeque<usize>,
    waker: Option<Waker>,
}

struct Chunk {
    completed: Arc<Completed>,
    /// The key of the first ticket.
    first_key: usize,
    tickets: [Ticket; CHUNK],
}

struct Ticket {
    /// The index in the chunk, by which a waker finds that.
    index: u8,
    /// The key is in the queue, or there is no such member.
    queued: AtomicBool,
}

impl Tickets {
    /// Makes the ticket ready for a new member of that key.
    pub(super) fn open(&mut self, key: usize) {
        while key >= self.chunks.len() * CHUNK {
            let chunk = Chunk::new(&self.completed, self.chunks.len() * CHUNK);
            self.chunks.push(Arc::new(chunk));
        }
        self.reopen(key);
    }

    /// The ticket's key was taken out of the queue. May be called only before the member is polled
    /// with it: who wakes it then does so after that.
    pub(super) fn reopen(&self, key: usize) {
        // Relaxed: see above.
        self.ticket(key).queued.store(false, Ordering::Relaxed);
    }

    /// The member leaves: nobody is to be woken on its account any more.
    pub(super) fn close(&self, key: usize) {
        // Relaxed: a wake that comes at the same time is harmless, see the module.
        self.ticket(key).queued.store(true, Ordering::Relaxed);
    }

    fn ticket(&self, key: usize) -> &Ticket {
        &self.chunks[key / CHUNK].tickets[key % CHUNK]
    }

    /// A ticket as a waker, without a reference of its own. Not to outlive this.
    pub(super) fn borrowed_waker(&self, key: usize) -> ManuallyDrop<Waker> {
        let chunk = Arc::as_ptr(&self.chunks[key / CHUNK]);
        // SAFETY: that is where the ticket is inside the chunk. The pointer is made of the chunk's,
        // so that `Chunk::of` may go back to it.
        let ticket = unsafe { chunk.byte_add(Chunk::offset(key % CHUNK)) };
        // SAFETY: the functions of the table expect a pointer to a ticket whose chunk has a
        // reference for the waker; this one is never dropped and lives on the set's.
        ManuallyDrop::new(unsafe { Waker::new(ticket.cast(), &VTABLE) })
    }

    /// Puts a member's key into the queue, as its waker does.
    pub(super) fn queue(&self, key: usize) {
        self.chunks[key / CHUNK].queue(self.ticket(key));
    }

    /// The member's key was in the queue, and the member is pending. If a late wake had put it
    /// there, the member may have completed before its ticket was reopened, and its own wake found
    /// the key queued.
    #[cold]
    pub(super) fn look_again(&self, key: usize, is_finished: impl FnOnce() -> bool) {
        // Either that wake has had the mutex, and what it told of is seen; or it comes later, and
        // finds the ticket open.
        drop(lock(&self.completed.state));
        if is_finished() {
            self.queue(key);
        }
    }

    /// Moves all keys to `keys`, which is empty. If there are none, leaves `waker` to be woken when
    /// there is one.
    pub(super) fn take_keys(&self, keys: &mut VecDeque<usize>, waker: Option<&Waker>) -> bool {
        let mut prepared = waker.map(PreparedWaker::new);
        let mut state = lock(&self.completed.state);
        if !state.keys.is_empty() {
            mem::swap(&mut state.keys, keys);
            return true;
        }
        let replaced = prepared
            .as_mut()
            .and_then(|prepared| prepared.store_in(&mut state.waker));
        drop(state);
        drop(replaced);
        false
    }

    /// Forgets all members. Whoever polls the set is woken for later ones only.
    pub(super) fn forget_all(&mut self) {
        let waker = self.take_waker();
        *self = Tickets::default();
        lock(&self.completed.state).waker = waker;
    }

    /// The waker of whoever polls the set, which nobody will wake then.
    pub(super) fn take_waker(&self) -> Option<Waker> {
        lock(&self.completed.state).waker.take()
    }
}

impl Chunk {
    fn new(completed: &Arc<Completed>, first_key: usize) -> Self {
        Chunk {
            completed: completed.clone(),
            first_key,
            tickets: std::array::from_fn(|index| Ticket {
                index: index as u8,
                queued: AtomicBool::new(true),
            }),
        }
    }

    /// The chunk of a waker's ticket.
    ///
    /// # Safety
    ///
    /// The pointer is to a ticket, and was made of one to its chunk.
    unsafe fn of(ticket: *const Ticket) -> *const Chunk {
        // SAFETY: the caller's promise.
        let index = usize::from(unsafe { (*ticket).index });
        // SAFETY: so far behind the start of its chunk is the ticket.
        unsafe { ticket.byte_sub(Chunk::offset(index)).cast() }
    }

    /// Where in a chunk the ticket of that index is, in bytes.
    const fn offset(index: usize) -> usize {
        offset_of!(Chunk, tickets) + index * size_of::<Ticket>()
    }

    fn queue(&self, ticket: &Ticket) {
        let mut state = lock(&self.completed.state);
        // Relaxed: what the task did is published by its own state, which the set reads.
        if ticket.queued.load(Ordering::Relaxed) {
            return;
        }
        ticket.queued.store(true, Ordering::Relaxed);
        state
            .keys
            .push_back(self.first_key + usize::from(ticket.index));
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            // async-task aborts the process when this panics, which someone else's waker may.
            contain(|| waker.wake());
        }
    }
}

/// The functions of a ticket as a waker, whose data is the ticket. Each waker has a reference of
/// the chunk.
static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

unsafe fn clone(ticket: *const ()) -> RawWaker {
    // SAFETY: the data of a waker is such a pointer.
    let chunk = unsafe { Chunk::of(ticket.cast()) };
    // SAFETY: the chunk is in an `Arc`, of which the waker has a reference.
    unsafe { Arc::increment_strong_count(chunk) };
    RawWaker::new(ticket, &VTABLE)
}

unsafe fn wake(ticket: *const ()) {
    // SAFETY: the waker has a reference until the line below.
    unsafe { wake_by_ref(ticket) };
    // SAFETY: the waker is consumed, and with it its reference.
    unsafe { drop_waker(ticket) };
}

unsafe fn wake_by_ref(ticket: *const ()) {
    // SAFETY: the data of a waker is such a pointer.
    let chunk = unsafe { Chunk::of(ticket.cast()) };
    // SAFETY: the waker's reference keeps the chunk.
    let chunk = unsafe { &*chunk };
    // SAFETY: the ticket is inside the chunk.
    chunk.queue(unsafe { &*ticket.cast::<Ticket>() });
}

unsafe fn drop_waker(ticket: *const ()) {
    // SAFETY: the data of a waker is such a pointer.
    let chunk = unsafe { Chunk::of(ticket.cast()) };
    // SAFETY: the reference is the waker's, which is gone after this.
    unsafe { Arc::decrement_strong_count(chunk) };
}

#[cfg(all(test, vitte_loom))]
mod loom_model {
    use std::future::poll_fn;
    use std::task::Poll;

    use loom::future::block_on;
    use loom::thread;
    use vitte_context::primitive::Arc;

    use super::*;

    /// A member completes while an earlier one's wake of the same ticket comes late, and the set is
    /// polled as `Joining` does it.
    ///
    /// Mutants: no `look_again` after a member that is pending; `look_again` without the mutex.
    #[test]
    fn loom_a_completion_during_a_late_wake_is_seen() {
        loom::model(|| {
            let mut tickets = Tickets::default();
            tickets.open(1);
            let late = (*tickets.borrowed_waker(1)).clone();
            let own = late.clone();
            let finished = Arc::new(AtomicBool::new(false));
            let earlier = thread::spawn(move || late.wake());
            let member = thread::spawn({
                let finished = finished.clone();
                move || {
                    // As in async-task: Release, and the wake comes after.
                    finished.store(true, Ordering::Release);
                    own.wake();
                }
            });
            let is_finished = || finished.load(Ordering::Acquire);
            let mut keys = VecDeque::new();
            block_on(poll_fn(|cx| {
                loop {
                    let Some(key) = keys.pop_front() else {
                        if tickets.take_keys(&mut keys, Some(cx.waker())) {
                            continue;
                        }
                        return Poll::Pending;
                    };
                    tickets.reopen(key);
                    if is_finished() {
                        return Poll::Ready(());
                    }
                    tickets.look_again(key, is_finished);
                }
            }));
            earlier.join().unwrap();
            member.join().unwrap();
        });
    }
}
