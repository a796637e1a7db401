//! The value and its version, and the counts of senders and receivers.

use std::fmt;
use std::ops::Deref;

use vitte_context::primitive::atomic::AtomicUsize;
use vitte_context::primitive::atomic::Ordering::{Acquire, Release, SeqCst};
use vitte_context::primitive::{RwLock, RwLockReadGuard};

use super::waiting_room::WaitingRoom;
use crate::notify::Notify;

/// In the state: every sender is gone.
const CLOSED: usize = 1;
const STEP: usize = 2;

/// Which of its values a channel has; wraps around.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Version(usize);

impl Version {
    pub(super) const INITIAL: Version = Version(0);

    /// The version before this one.
    pub(super) fn before(self) -> Version {
        Version(self.0.wrapping_sub(STEP))
    }
}

/// The state at one moment.
#[derive(Clone, Copy)]
pub(super) struct Snapshot(usize);

impl Snapshot {
    #[inline]
    pub(super) fn version(self) -> Version {
        Version(self.0 & !CLOSED)
    }

    #[inline]
    pub(super) fn is_closed(self) -> bool {
        self.0 & CLOSED != 0
    }
}

/// What both halves share.
pub(super) struct Watched<T> {
    value: RwLock<T>,
    /// The version, and CLOSED. The version changes under the write lock only.
    state: AtomicUsize,
    pub(super) receivers: AtomicUsize,
    pub(super) senders: AtomicUsize,
    /// Where receivers wait for a change.
    pub(super) waiting_room: WaitingRoom,
    /// Notified when the last receiver is dropped.
    pub(super) receivers_gone: Notify,
}

impl<T> Watched<T> {
    pub(super) fn new(init: T) -> Self {
        Watched {
            value: RwLock::new(init),
            state: AtomicUsize::new(Version::INITIAL.0),
            receivers: AtomicUsize::new(1),
            senders: AtomicUsize::new(1),
            waiting_room: WaitingRoom::new(),
            receivers_gone: Notify::new(),
        }
    }

    #[inline]
    pub(super) fn snapshot(&self) -> Snapshot {
        // SeqCst: a receiver that has queued up looks here next; pairs with the changes below, see
        // `WaitingRoom`. Acquire: a thread that sees CLOSED sees what the senders did.
        Snapshot(self.state.load(SeqCst))
    }

    /// Locks the value for reading.
    pub(super) fn read(&self) -> RwLockReadGuard<'_, T> {
        // A panic of a closure that had the value leaves it as the closure left it, by contract.
        self.value
            .read()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Locks the value for reading and says how it compares to the version that was seen.
    pub(super) fn borrow(&self, seen: Version) -> (Ref<'_, T>, Version) {
        let value = self.read();
        // The version cannot change while the value is locked. Acquire: pairs with `modify`.
        let version = Snapshot(self.state.load(Acquire)).version();
        let has_changed = version != seen;
        (Ref { value, has_changed }, version)
    }

    /// Changes the value, and wakes the receivers that wait if `change` returns true.
    pub(super) fn modify(&self, change: impl FnOnce(&mut T) -> bool) -> bool {
        let mut value = self
            .value
            .write()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if !change(&mut value) {
            return false;
        }
        // SeqCst: stands before the look at the waiting room. Under the lock, so that readers know
        // the version of what they see.
        self.state.fetch_add(STEP, SeqCst);
        drop(value);
        self.waiting_room.release_everybody();
        true
    }

    /// Says that every sender is gone.
    pub(super) fn close(&self) {
        // SeqCst: as in `modify`.
        self.state.fetch_or(CLOSED, SeqCst);
        self.waiting_room.release_everybody();
    }

    pub(super) fn receiver_count(&self) -> usize {
        // Acquire: pairs with `remove_receiver`; a sender that finds no receiver sees what the
        // receivers did.
        self.receivers.load(Acquire)
    }

    pub(super) fn remove_receiver(&self) {
        if self.receivers.fetch_sub(1, Release) == 1 {
            self.receivers_gone.notify_waiters();
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Watched<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.snapshot();
        f.debug_struct("Shared")
            .field("value", &self.value)
            .field("version", &state.version())
            .field("is_closed", &state.is_closed())
            .field("ref_count_rx", &self.receivers)
            .finish()
    }
}

/// The value, borrowed from the channel; made by `borrow` and its like.
///
/// The value is locked while this lives: a sender that wants to replace it blocks its thread. Drop
/// it soon, and never hold it across an `.await`.
///
/// # Examples
///
/// ```
/// let (tx, mut rx) = vitte::sync::watch::channel(vec![1]);
/// tx.send(vec![1, 2]).unwrap();
/// let len = rx.borrow_and_update().len(); // unlocked at the end of the statement
/// assert_eq!(len, 2);
/// ```
#[derive(Debug)]
pub struct Ref<'a, T> {
    value: RwLockReadGuard<'a, T>,
    has_changed: bool,
}

impl<'a, T> Ref<'a, T> {
    /// The value as its sender sees it: never changed.
    pub(super) fn unchanged(value: RwLockReadGuard<'a, T>) -> Self {
        Ref {
            value,
            has_changed: false,
        }
    }

    /// Returns true if the receiver had not seen this value before.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, mut rx) = vitte::sync::watch::channel(1);
    /// tx.send(2).unwrap();
    /// assert!(rx.borrow_and_update().has_changed());
    /// assert!(!rx.borrow().has_changed());
    /// ```
    pub fn has_changed(&self) -> bool {
        self.has_changed
    }
}

impl<T> Deref for Ref<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
