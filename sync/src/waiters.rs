//! The one list of waiters: every primitive of this crate queues its pending futures here.
//!
//! A [`Waiter`] lives inside the future that waits, pinned, and is linked into its primitive's
//! [`WaitList`]; queueing allocates nothing. The list lies inside the primitive's own mutex, and
//! that mutex guards more than the list: **the links and the waker of each waiter that is, or may
//! be, linked belong to the holder of the mutex.** Hence the two-sided contract of this module:
//!
//! 1. a future that pushes its waiter takes it out again, under the same mutex, before it is
//!    dropped or moved ([`WaitList::remove`] in `Drop`) unless it *knows* that it was popped;
//! 2. a thread that pops a waiter takes its waker first and then, as the very last touch, notifies
//!    its owner through the payload (a `Release` store). From that store on the owner may free the
//!    waiter without taking the mutex: an `Acquire` load of the payload that says "popped" is how
//!    it *knows*.
//!
//! The payload is what the primitive needs per waiter: permits still missing, the kind of
//! notification, a flag. It is only ever shared (`&T`), so its fields are atomics, or cells that
//! the primitive guards itself.
//!
//! Wakers run other people's code, which may call back into the primitive. They are therefore
//! collected in a [`WakeList`] and woken, and dropped, once the mutex is released. There are two
//! ways to do it: a primitive pops some waiters itself (`front`, `pop_front`, `pop_back`) and calls
//! [`WakeList::wake_all`] after unlocking, or it releases all waiters that are queued *now* with
//! [`release_all`]; those that come meanwhile stay in the list.
//!
//! # Detached waiters
//!
//! [`release_all`] unlocks between batches, and in these moments its waiters must still be able
//! to leave. It moves them to a ring around an [`Anchor`] on its own stack. In a ring each node
//! has two neighbours, so [`WaitList::remove`] unlinks a node without knowing which list it is
//! in: it touches a list's ends only for a node that lacks a neighbour.
//!
//! # How a primitive uses it
//!
//! ```text
//! poll:    clone the waker; lock; look again whether to wait; set_waker; push_back; unlock
//! re-poll: payload says popped (Acquire)? ready. Else make a `PreparedWaker`; lock; look again;
//!          update_waker; unlock; drop what update_waker returned
//! notify:  lock; pop_front; take_waker; payload.store(popped, Release); unlock; wake
//! drop:    if it was ever pushed and not seen popped: lock; remove; unlock; pass on what was
//!          given to it meanwhile
//! ```

mod detached;
mod list;
mod wake_list;

#[cfg(all(test, vitte_loom))]
mod loom_model;
#[cfg(all(test, not(vitte_loom)))]
mod tests;

pub(crate) use detached::release_all;
pub(crate) use list::{WaitList, Waiter};
pub(crate) use wake_list::WakeList;
