//! The sending half. The last sender to be dropped closes the channel.

use std::mem;

use vitte_context::primitive::Arc;
use vitte_context::primitive::atomic::Ordering::{AcqRel, Relaxed};
use vitte_context::trace::WaitKind;

use super::channel;
use super::error::SendError;
use super::receiver::Receiver;
use super::value::{Ref, Watched};
use crate::cooperative::cooperative;
use crate::named::named;

/// Replaces the value; made by [`channel`].
///
/// Clones send to the same receivers.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::watch;
///
/// let (config, mut rx) = watch::channel(String::from("v1"));
/// config.send_modify(|text| text.push_str(", reloaded"));
/// rx.changed().await.unwrap();
/// assert_eq!(*rx.borrow(), "v1, reloaded");
/// # }
/// ```
#[derive(Debug)]
pub struct Sender<T> {
    shared: Arc<Watched<T>>,
}

impl<T> Sender<T> {
    /// Creates a sender that has no receiver yet; [`subscribe`](Self::subscribe) creates them.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::watch;
    ///
    /// let tx = watch::Sender::new(1);
    /// tx.send_replace(2);
    /// assert_eq!(*tx.subscribe().borrow(), 2);
    /// ```
    pub fn new(init: T) -> Self {
        channel(init).0
    }

    /// The sender that a new channel counts already.
    pub(super) fn first(shared: Arc<Watched<T>>) -> Self {
        Sender { shared }
    }

    /// Replaces the value and wakes the receivers that wait.
    ///
    /// # Errors
    ///
    /// [`SendError`] with the value, if there is no receiver; the old value stays. To replace it in
    /// any case, use [`send_replace`](Self::send_replace).
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = vitte::sync::watch::channel(1);
    /// assert!(tx.send(2).is_ok());
    /// assert_eq!(*rx.borrow(), 2);
    /// drop(rx);
    /// assert!(tx.send(3).is_err());
    /// ```
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        if self.receiver_count() == 0 {
            return Err(SendError(value));
        }
        self.send_replace(value);
        Ok(())
    }

    /// Changes the value in place and wakes the receivers that wait. It works without receivers
    /// too.
    ///
    /// # Panics
    ///
    /// If `modify` panics. The value stays as `modify` left it, and the receivers are not woken.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = vitte::sync::watch::channel(vec![1]);
    /// tx.send_modify(|list| list.push(2));
    /// assert_eq!(*rx.borrow(), [1, 2]);
    /// ```
    pub fn send_modify<F>(&self, modify: F)
    where
        F: FnOnce(&mut T),
    {
        self.send_if_modified(|value| {
            modify(value);
            true
        });
    }

    /// Changes the value in place, and wakes the receivers that wait if `modify` returns true.
    ///
    /// Returns what `modify` returned. It works without receivers too.
    ///
    /// # Panics
    ///
    /// If `modify` panics. The value stays as `modify` left it, and the receivers are not woken.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = vitte::sync::watch::channel(10);
    /// let raise = |new: u32| move |max: &mut u32| {
    ///     let is_more = new > *max;
    ///     *max = new.max(*max);
    ///     is_more
    /// };
    /// assert_eq!(tx.send_if_modified(raise(7)), false);
    /// assert_eq!(rx.has_changed().unwrap(), false);
    /// assert_eq!(tx.send_if_modified(raise(12)), true);
    /// assert_eq!(rx.has_changed().unwrap(), true);
    /// ```
    pub fn send_if_modified<F>(&self, modify: F) -> bool
    where
        F: FnOnce(&mut T) -> bool,
    {
        self.shared.modify(modify)
    }

    /// Replaces the value, even if there is no receiver, and returns the old one.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::sync::watch;
    ///
    /// let tx = watch::Sender::new("old");
    /// assert_eq!(tx.send_replace("new"), "old");
    /// assert_eq!(*tx.borrow(), "new");
    /// ```
    pub fn send_replace(&self, mut value: T) -> T {
        self.send_modify(|old| mem::swap(old, &mut value));
        value
    }

    /// Borrows the newest value.
    ///
    /// The value stays locked while the [`Ref`] lives: drop it soon, and never hold it across an
    /// `.await`.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, _rx) = vitte::sync::watch::channel("hello");
    /// assert_eq!(*tx.borrow(), "hello");
    /// ```
    pub fn borrow(&self) -> Ref<'_, T> {
        Ref::unchanged(self.shared.read())
    }

    /// Returns true if there is no receiver.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = vitte::sync::watch::channel(1);
    /// assert!(!tx.is_closed());
    /// drop(rx);
    /// assert!(tx.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.receiver_count() == 0
    }

    /// Waits until there is no receiver.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a later call waits again, or is ready at once if there is still no receiver.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// let (tx, rx) = vitte::sync::watch::channel(0);
    /// vitte::spawn(async move { drop(rx) });
    /// tx.closed().await;
    /// assert!(tx.is_closed());
    /// # }
    /// ```
    pub async fn closed(&self) {
        cooperative(async {
            while self.receiver_count() > 0 {
                // Made before looking, so that a departure in between is noticed.
                let notified = self.shared.receivers_gone.notified();
                if self.receiver_count() == 0 {
                    return;
                }
                named(WaitKind::Watch, &*self.shared, notified).await;
            }
        })
        .await;
    }

    /// Creates another receiver, for which the present value counts as seen.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use vitte::sync::watch;
    ///
    /// let (tx, _rx) = watch::channel(1);
    /// let mut late = tx.subscribe();
    /// tx.send(2).unwrap();
    /// late.changed().await.unwrap();
    /// assert_eq!(*late.borrow(), 2);
    /// # }
    /// ```
    pub fn subscribe(&self) -> Receiver<T> {
        let version = self.shared.snapshot().version();
        Receiver::another(self.shared.clone(), version)
    }

    /// Returns how many receivers there are.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = vitte::sync::watch::channel(0);
    /// let _other = rx.clone();
    /// assert_eq!(tx.receiver_count(), 2);
    /// ```
    pub fn receiver_count(&self) -> usize {
        self.shared.receiver_count()
    }

    /// Returns how many senders there are.
    pub fn sender_count(&self) -> usize {
        // Relaxed: only a number.
        self.shared.senders.load(Relaxed)
    }

    /// Returns true if both senders send to the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        // Relaxed: this sender keeps the count above zero.
        self.shared.senders.fetch_add(1, Relaxed);
        Sender {
            shared: self.shared.clone(),
        }
    }
}

impl<T: Default> Default for Sender<T> {
    fn default() -> Self {
        Sender::new(T::default())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        // AcqRel: the last one passes on what the others did.
        if self.shared.senders.fetch_sub(1, AcqRel) == 1 {
            self.shared.close();
        }
    }
}
