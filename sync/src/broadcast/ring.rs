//! The ring buffer, and the tail where values are added and receivers wait.
//!
//! # Protocol
//!
//! 1. Each slot has a mutex: values are cloned under it, as `T` need not be `Sync`. A slot knows
//!    the position of its value and how many receivers have yet to see it.
//! 2. The tail's mutex orders everything else: sends, subscriptions, departures, and waiting. It
//!    is taken before a slot's, never after.
//! 3. `published` repeats the tail's position for receivers, which look there first. So a receiver
//!    touches a slot only to read its value, and the tail's mutex only to wait or to catch up.
//! 4. Values are dropped, and wakers woken and dropped, outside of all mutexes.

use vitte_context::primitive::atomic::Ordering::{Acquire, Relaxed, Release};
use vitte_context::primitive::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use vitte_context::primitive::{Mutex, MutexGuard, lock};

use crate::notify::Notify;
use crate::waiters::{WaitList, release_all};

/// More receivers than that cannot be.
const MAX_RECEIVERS: usize = usize::MAX >> 2;

/// Whether a waiter is queued. Written under the tail's mutex.
pub(super) type Queued = AtomicBool;

pub(super) struct Ring<T> {
    slots: Box<[Mutex<Slot<T>>]>,
    mask: u64,
    tail: Mutex<Tail>,
    /// The tail's position; see 3 of the protocol.
    published: AtomicU64,
    /// How many strong senders there are.
    pub(super) senders: AtomicUsize,
    pub(super) weak_senders: AtomicUsize,
    /// Told when the last receiver leaves.
    pub(super) receivers_gone: Notify,
}

pub(super) struct Tail {
    /// The position of the next value.
    pub(super) position: u64,
    pub(super) receivers: usize,
    /// No value can come, as all senders are gone; or there is no receiver.
    pub(super) closed: bool,
    pub(super) waiters: WaitList<Queued>,
}

pub(super) struct Slot<T> {
    /// How many receivers have not seen the value yet.
    unseen: usize,
    position: u64,
    value: Option<T>,
}

/// What [`Ring::read`] found.
pub(super) enum Read<V> {
    Value(V),
    /// Nothing was sent at the position yet.
    Empty,
    /// The position was overwritten; this is the oldest one that is left.
    Lost {
        oldest: u64,
    },
}

impl<T> Ring<T> {
    #[track_caller]
    pub(super) fn new(capacity: usize, receivers: usize) -> Self {
        assert!(capacity > 0, "broadcast channel capacity cannot be zero");
        assert!(
            capacity <= usize::MAX >> 1,
            "broadcast channel capacity exceeded `usize::MAX / 2`"
        );
        let capacity = capacity.next_power_of_two();
        let slot = |index| {
            Mutex::new(Slot {
                unseen: 0,
                // One round before the first.
                position: (index as u64).wrapping_sub(capacity as u64),
                value: None,
            })
        };
        Ring {
            slots: (0..capacity).map(slot).collect(),
            mask: capacity as u64 - 1,
            tail: Mutex::new(Tail {
                position: 0,
                receivers,
                closed: receivers == 0,
                waiters: WaitList::new(),
            }),
            published: AtomicU64::new(0),
            senders: AtomicUsize::new(1),
            weak_senders: AtomicUsize::new(0),
            receivers_gone: Notify::new(),
        }
    }

    pub(super) fn lock_tail(&self) -> MutexGuard<'_, Tail> {
        lock(&self.tail)
    }

    fn slot(&self, position: u64) -> MutexGuard<'_, Slot<T>> {
        lock(&self.slots[(position & self.mask) as usize])
    }

    /// Where the next value goes, as far as this thread knows.
    #[inline]
    pub(super) fn published(&self) -> u64 {
        // Acquire: pairs with the store in `send`.
        self.published.load(Acquire)
    }

    /// Adds a value, and says how many receivers there are. Gives it back if there is none.
    pub(super) fn send(&self, value: T) -> Result<usize, T> {
        let mut tail = self.lock_tail();
        let receivers = tail.receivers;
        if receivers == 0 {
            drop(tail);
            return Err(value);
        }
        let position = tail.position;
        let mut slot = self.slot(position);
        slot.position = position;
        slot.unseen = receivers;
        let overwritten = slot.value.replace(value);
        drop(slot);
        tail.position = position.wrapping_add(1);
        // Release: pairs with `published`; a receiver that sees it finds the value in the slot.
        self.published.store(tail.position, Release);
        if tail.waiters.is_empty() {
            drop(tail);
        } else {
            // If a waker panics, the value is dropped all the same.
            self.release_waiters(tail);
        }
        drop(overwritten);
        Ok(receivers)
    }

    /// Wakes all receivers that wait.
    pub(super) fn release_waiters(&self, tail: MutexGuard<'_, Tail>) {
        // Release: pairs with the Acquire in `Recv`; the last touch of the waiter.
        let release = |queued: &Queued| queued.store(false, Release);
        release_all(&self.tail, tail, |tail| &mut tail.waiters, release);
    }

    /// Lets `take` have the value at that position.
    #[inline]
    pub(super) fn read<V>(&self, position: u64, take: impl FnOnce(&T) -> V) -> Read<V> {
        if position == self.published() {
            return Read::Empty;
        }
        let slot = self.slot(position);
        if slot.position == position {
            return self.see(slot, take);
        }
        drop(slot);
        self.find_oldest(position)
    }

    /// Clones the value under the slot's mutex, and drops it if no other receiver has yet to see
    /// it.
    #[inline]
    fn see<V>(&self, slot: MutexGuard<'_, Slot<T>>, take: impl FnOnce(&T) -> V) -> Read<V> {
        /// Counts as seen even if cloning panics, and drops the value after unlocking.
        struct Seen<'a, T>(Option<MutexGuard<'a, Slot<T>>>);

        impl<T> Drop for Seen<'_, T> {
            fn drop(&mut self) {
                let Some(mut slot) = self.0.take() else {
                    return;
                };
                slot.unseen -= 1;
                let value = if slot.unseen == 0 {
                    slot.value.take()
                } else {
                    None
                };
                drop(slot);
                drop(value);
            }
        }

        let seen = Seen(Some(slot));
        let slot = seen.0.as_ref();
        match slot.and_then(|slot| slot.value.as_ref()) {
            Some(value) => Read::Value(take(value)),
            None => unreachable!("a value stays until every receiver has seen it"),
        }
    }

    #[cold]
    fn find_oldest<V>(&self, position: u64) -> Read<V> {
        let tail = self.lock_tail();
        let oldest = tail.position.wrapping_sub(self.slots.len() as u64);
        debug_assert!(oldest.wrapping_sub(position) > 0);
        Read::Lost { oldest }
    }

    /// Counts one more receiver and says from which position on it receives.
    pub(super) fn subscribe(&self) -> u64 {
        let mut tail = self.lock_tail();
        assert!(tail.receivers != MAX_RECEIVERS, "max receivers");
        if tail.receivers == 0 {
            // The channel was closed because it had no receiver, or it is closed for good and
            // empty. Relaxed: `closed` itself is set under the mutex, by the last sender after
            // this.
            tail.closed = false;
        }
        tail.receivers += 1;
        tail.position
    }

    /// How many values there are that at least one receiver has yet to see.
    pub(super) fn len(&self) -> usize {
        let tail = self.lock_tail();
        // Values are seen in order, so those that no receiver needs come first.
        let (mut low, mut high) = (0, self.slots.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.slot(tail.position.wrapping_add(middle as u64)).unseen == 0 {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        self.slots.len() - low
    }

    /// Whether every receiver has seen the newest value.
    pub(super) fn is_empty(&self) -> bool {
        let tail = self.lock_tail();
        self.slot(tail.position.wrapping_sub(1)).unseen == 0
    }

    pub(super) fn weak_count(&self) -> usize {
        self.weak_senders.load(Acquire)
    }

    pub(super) fn strong_count(&self) -> usize {
        self.senders.load(Acquire)
    }

    pub(super) fn add_weak(&self) {
        // Relaxed: only a number.
        self.weak_senders.fetch_add(1, Relaxed);
    }
}
