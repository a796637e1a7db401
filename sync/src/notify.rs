//! `Notify`: wake one task, or all that wait now.
//!
//! The state word says whether a permit is stored (NOTIFIED) or tasks wait (WAITING), never both,
//! and how often `notify_waiters` was called. Each [`Notified`] remembers that count from when it
//! was made; once the count differs it is ready, whether or not it was polled in between.
//!
//! EMPTY and NOTIFIED change into each other without the mutex. WAITING is entered and left, and
//! the count is changed, only under it. A waiter that is popped gets to know which kind of
//! notification it received, because a `notify_one` that its waiter drops unused goes to the next
//! waiter.

mod notified;
mod state;
mod wait;

#[cfg(all(test, vitte_loom))]
mod loom_model;
#[cfg(all(test, not(vitte_loom)))]
mod tests;

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::task::Waker;

use vitte_context::primitive::atomic::Ordering::{AcqRel, Acquire, Release};
use vitte_context::primitive::atomic::{AtomicU8, AtomicUsize};
use vitte_context::primitive::{Mutex, MutexGuard, lock};

use crate::waiters::{WaitList, release_all};
use state::{CALL, Condition, Snapshot};

pub use notified::{Notified, OwnedNotified};

/// Which notification a waiter received, as one of the constants below. Written once, when the
/// waiter is popped.
type Notification = AtomicU8;
/// Nothing yet.
const NONE: u8 = 0;
/// `notify_one` picked it.
const ONE: u8 = 1;
/// `notify_last` picked it.
const LAST: u8 = 2;
/// `notify_waiters` released it, among all others.
const ALL: u8 = 3;

/// Which waiter a single notification goes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pick {
    Oldest,
    Newest,
}

impl Pick {
    fn notification(self) -> u8 {
        match self {
            Pick::Oldest => ONE,
            Pick::Newest => LAST,
        }
    }
}

/// Notifies one task, or all waiting tasks, that something happened; carries no value.
///
/// A `Notify` holds at most one permit. [`notify_one`](Notify::notify_one) gives a permit to the
/// task that has waited longest, or stores it if no task waits. [`notified`](Notify::notified)
/// takes the stored permit or waits for one. It is like a semaphore that starts without permits and
/// never holds more than one.
///
/// [`notify_waiters`](Notify::notify_waiters) releases all tasks that are waiting and stores
/// nothing.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use std::sync::Arc;
/// use vitte::sync::Notify;
///
/// let notify = Arc::new(Notify::new());
/// let other = notify.clone();
/// vitte::spawn(async move { other.notify_one() });
/// notify.notified().await; // whether the notification came before or comes now
/// # }
/// ```
#[derive(Debug)]
pub struct Notify {
    state: AtomicUsize,
    waiters: Mutex<WaitList<Notification>>,
}

impl UnwindSafe for Notify {}
impl RefUnwindSafe for Notify {}

impl Notify {
    /// Creates a `Notify` without a permit.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// let notify = vitte::sync::Notify::new();
    /// notify.notify_one();
    /// notify.notified().await;
    /// # }
    /// ```
    pub fn new() -> Notify {
        Notify {
            state: AtomicUsize::new(0),
            waiters: Mutex::new(WaitList::new()),
        }
    }

    /// [`new`](Self::new) for statics.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::Notify;
    ///
    /// static SHUTDOWN: Notify = Notify::const_new();
    ///
    /// vitte::spawn(async { SHUTDOWN.notify_one() });
    /// SHUTDOWN.notified().await;
    /// # }
    /// ```
    #[cfg(not(vitte_loom))]
    pub const fn const_new() -> Notify {
        Notify {
            state: AtomicUsize::new(0),
            waiters: Mutex::new(WaitList::new()),
        }
    }

    /// Waits for a notification.
    ///
    /// Calls of [`notify_waiters`](Self::notify_waiters) count from when this function is called.
    /// Calls of [`notify_one`](Self::notify_one) count from when the future is first polled, or
    /// [enabled](Notified::enable).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, its place in the queue is lost. A notification of `notify_one`
    /// that it had already received goes to the next waiter.
    ///
    /// # Examples
    ///
    /// Wait for a condition that other tasks change:
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use std::sync::Mutex;
    /// use vitte::sync::Notify;
    ///
    /// static QUEUE: Mutex<Vec<u32>> = Mutex::new(Vec::new());
    /// static PUSHED: Notify = Notify::const_new();
    ///
    /// async fn pop() -> u32 {
    ///     loop {
    ///         if let Some(item) = QUEUE.lock().unwrap().pop() {
    ///             return item;
    ///         }
    ///         PUSHED.notified().await;
    ///     }
    /// }
    ///
    /// vitte::spawn(async {
    ///     QUEUE.lock().unwrap().push(1);
    ///     PUSHED.notify_one();
    /// });
    /// assert_eq!(pop().await, 1);
    /// # }
    /// ```
    #[inline]
    pub fn notified(&self) -> Notified<'_> {
        Notified::new(self)
    }

    /// [`notified`](Self::notified) without a borrow: the future keeps the `Notify` alive.
    ///
    /// # Cancel safety
    ///
    /// As for [`notified`](Self::notified).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use std::sync::Arc;
    /// use vitte::sync::Notify;
    ///
    /// let notify = Arc::new(Notify::new());
    /// let notified = notify.clone().notified_owned();
    /// let task = vitte::spawn(notified); // could not borrow
    /// notify.notify_one();
    /// task.await.unwrap();
    /// # }
    /// ```
    #[inline]
    pub fn notified_owned(self: Arc<Self>) -> OwnedNotified {
        OwnedNotified::new(self)
    }

    /// Notifies the task that has waited longest, or stores a permit for the next one that waits.
    ///
    /// Only one permit is stored, however often this is called.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::Notify;
    ///
    /// let notify = Notify::new();
    /// notify.notify_one();
    /// notify.notify_one(); // the permit was stored already
    /// notify.notified().await; // takes it
    /// // A second `notified().await` would wait.
    /// # }
    /// ```
    #[inline]
    #[doc(alias = "notify")]
    pub fn notify_one(&self) {
        self.notify(Pick::Oldest);
    }

    /// Like [`notify_one`](Self::notify_one), but notifies the task that began to wait last.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use std::pin::pin;
    /// use vitte::sync::Notify;
    ///
    /// let notify = Notify::new();
    /// let (mut first, mut last) = (pin!(notify.notified()), pin!(notify.notified()));
    /// first.as_mut().enable();
    /// last.as_mut().enable();
    /// notify.notify_last();
    /// last.await;
    /// assert!(!first.enable());
    /// # }
    /// ```
    #[inline]
    pub fn notify_last(&self) {
        self.notify(Pick::Newest);
    }

    /// Notifies all tasks that are waiting, and every [`Notified`] that exists.
    ///
    /// No permit is stored: a future that is made after this call is not notified by it.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::Notify;
    ///
    /// let notify = Notify::new();
    /// let (first, second) = (notify.notified(), notify.notified());
    /// notify.notify_waiters();
    /// first.await;
    /// second.await;
    /// # }
    /// ```
    pub fn notify_waiters(&self) {
        self.lock_waiters().notify_waiters();
    }

    /// Takes the mutex, for a change that has to be made before all waiters are notified of it.
    pub(crate) fn lock_waiters(&self) -> NotifyGuard<'_> {
        NotifyGuard {
            notify: self,
            waiters: lock(&self.waiters),
        }
    }

    #[inline]
    fn notify(&self, pick: Pick) {
        let mut current = self.snapshot();
        while current.condition() != Condition::Waiting {
            // From NOTIFIED to NOTIFIED too: the task that takes the permit must see what the
            // caller did before.
            match self.exchange(current, current.with(Condition::Notified)) {
                Ok(()) => return,
                Err(actual) => current = actual,
            }
        }
        self.notify_waiting(pick);
    }

    #[cold]
    fn notify_waiting(&self, pick: Pick) {
        let mut waiters = lock(&self.waiters);
        let waker = self.notify_locked(&mut waiters, pick);
        drop(waiters);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Tells one waiter, or stores a permit. Returns whom to wake after unlocking.
    fn notify_locked(&self, waiters: &mut WaitList<Notification>, pick: Pick) -> Option<Waker> {
        let mut current = self.snapshot();
        while current.condition() != Condition::Waiting {
            match self.exchange(current, current.with(Condition::Notified)) {
                Ok(()) => return None,
                Err(actual) => current = actual,
            }
        }
        let waiter = match pick {
            Pick::Oldest => waiters.pop_front(),
            Pick::Newest => waiters.pop_back(),
        };
        let Some(waiter) = waiter else {
            unreachable!("the state says WAITING, and nobody is queued");
        };
        // SAFETY: the mutex is held.
        let waker = unsafe { waiter.take_waker() };
        // Release: pairs with the Acquire in `wait::Wait`. The last touch of the waiter.
        waiter.payload().store(pick.notification(), Release);
        self.leave_waiting_if_empty(waiters);
        waker
    }

    /// Keeps "WAITING if and only if a waiter is queued" true after a waiter has left.
    fn leave_waiting_if_empty(&self, waiters: &WaitList<Notification>) {
        let current = self.snapshot();
        if waiters.is_empty() && current.condition() == Condition::Waiting {
            // A store, since a state that says WAITING changes only under the mutex. Release:
            // passes on what earlier notifiers did.
            self.state
                .store(current.with(Condition::Empty).word(), Release);
        }
    }

    #[inline]
    fn snapshot(&self) -> Snapshot {
        // Acquire: pairs with the Release half of `exchange`; a thread that sees a notification
        // sees what was done before it.
        Snapshot::from_word(self.state.load(Acquire))
    }

    #[inline]
    fn exchange(&self, current: Snapshot, next: Snapshot) -> Result<(), Snapshot> {
        // AcqRel: a notifier publishes what it did, and passes on what was published before by
        // notifiers whose permit this one merges with.
        self.state
            .compare_exchange(current.word(), next.word(), AcqRel, Acquire)
            .map(drop)
            .map_err(Snapshot::from_word)
    }
}

impl Default for Notify {
    fn default() -> Notify {
        Notify::new()
    }
}

/// A [`Notify`] whose mutex is held: no task begins to wait, and none is notified.
pub(crate) struct NotifyGuard<'a> {
    notify: &'a Notify,
    waiters: MutexGuard<'a, WaitList<Notification>>,
}

impl NotifyGuard<'_> {
    /// [`Notify::notify_waiters`], which gives up the mutex.
    pub(crate) fn notify_waiters(self) {
        let NotifyGuard { notify, waiters } = self;
        let current = notify.snapshot();
        if current.condition() != Condition::Waiting {
            // AcqRel: as `exchange`. An addition, as a permit may come or go meanwhile.
            notify.state.fetch_add(CALL, AcqRel);
            return;
        }
        // A store, since a state that says WAITING changes only under the mutex. Release: pairs
        // with the Acquire in `snapshot`; a thread that sees the new count sees what was done
        // before this call.
        notify
            .state
            .store(current.next_call().with(Condition::Empty).word(), Release);
        // Release: as in `notify_locked`.
        let release = |notification: &Notification| notification.store(ALL, Release);
        release_all(&notify.waiters, waiters, |waiters| waiters, release);
    }
}
