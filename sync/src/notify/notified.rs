//! The futures that wait for a notification.
//!
//! [`Notified`] borrows its `Notify` and [`OwnedNotified`] keeps it alive. The waiting itself is
//! written once, in [`Wait`](super::wait::Wait).

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::Notify;
use super::wait::Wait;

/// Waits for a notification; made by [`Notify::notified`].
///
/// Once it is ready it stays ready.
///
/// # Cancel safety
///
/// See [`Notify::notified`].
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use vitte::sync::Notify;
/// use vitte::sync::futures::Notified;
///
/// let notify = Notify::new();
/// let notified: Notified<'_> = notify.notified();
/// notify.notify_one();
/// notified.await;
/// # }
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Notified<'a> {
    notify: &'a Notify,
    wait: Wait,
}

/// Waits for a notification, and keeps its [`Notify`] alive; made by [`Notify::notified_owned`].
///
/// Once it is ready it stays ready.
///
/// # Cancel safety
///
/// See [`Notify::notified`].
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() {
/// use std::sync::Arc;
/// use vitte::sync::Notify;
/// use vitte::sync::futures::OwnedNotified;
///
/// let notify = Arc::new(Notify::new());
/// let notified: OwnedNotified = notify.clone().notified_owned();
/// notify.notify_one();
/// notified.await;
/// # }
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct OwnedNotified {
    notify: Arc<Notify>,
    wait: Wait,
}

impl<'a> Notified<'a> {
    #[inline]
    pub(super) fn new(notify: &'a Notify) -> Self {
        Notified {
            wait: Wait::new(notify),
            notify,
        }
    }

    /// Begins to wait without being polled: takes the stored permit, or queues up. Returns whether
    /// the future is ready.
    ///
    /// From this call on the future receives what [`notify_one`](Notify::notify_one) gives, as if
    /// it had been polled. So a program can queue first, then look at the state that the
    /// notification is about, and then await.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main]
    /// # async fn main() {
    /// use std::pin::pin;
    /// use std::sync::atomic::{AtomicBool, Ordering};
    /// use vitte::sync::Notify;
    ///
    /// static READY: AtomicBool = AtomicBool::new(false);
    /// static CHANGED: Notify = Notify::const_new();
    ///
    /// async fn ready() {
    ///     loop {
    ///         let mut changed = pin!(CHANGED.notified());
    ///         changed.as_mut().enable();
    ///         if READY.load(Ordering::Acquire) {
    ///             return;
    ///         }
    ///         changed.await; // a notification since `enable` is not missed
    ///     }
    /// }
    ///
    /// vitte::spawn(async {
    ///     READY.store(true, Ordering::Release);
    ///     CHANGED.notify_waiters();
    /// });
    /// ready().await;
    /// # }
    /// ```
    pub fn enable(self: Pin<&mut Self>) -> bool {
        self.poll_with(None).is_ready()
    }

    #[inline]
    fn poll_with(self: Pin<&mut Self>, cx: Option<&mut Context<'_>>) -> Poll<()> {
        // SAFETY: `wait` stays where it is.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: pinned with the future.
        let wait = unsafe { Pin::new_unchecked(&mut this.wait) };
        wait.poll(this.notify, cx)
    }
}

impl Future for Notified<'_> {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.poll_with(Some(cx))
    }
}

impl Drop for Notified<'_> {
    #[inline]
    fn drop(&mut self) {
        self.wait.leave(self.notify);
    }
}

impl OwnedNotified {
    #[inline]
    pub(super) fn new(notify: Arc<Notify>) -> Self {
        OwnedNotified {
            wait: Wait::new(&notify),
            notify,
        }
    }

    /// Begins to wait without being polled; see [`Notified::enable`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::pin::pin;
    /// use std::sync::Arc;
    /// use vitte::sync::Notify;
    ///
    /// let notify = Arc::new(Notify::new());
    /// let mut notified = pin!(notify.clone().notified_owned());
    /// assert!(!notified.as_mut().enable());
    /// notify.notify_one();
    /// assert!(notified.enable());
    /// ```
    pub fn enable(self: Pin<&mut Self>) -> bool {
        self.poll_with(None).is_ready()
    }

    #[inline]
    fn poll_with(self: Pin<&mut Self>, cx: Option<&mut Context<'_>>) -> Poll<()> {
        // SAFETY: `wait` stays where it is.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: pinned with the future.
        let wait = unsafe { Pin::new_unchecked(&mut this.wait) };
        wait.poll(&this.notify, cx)
    }
}

impl Future for OwnedNotified {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.poll_with(Some(cx))
    }
}

impl Drop for OwnedNotified {
    #[inline]
    fn drop(&mut self) {
        self.wait.leave(&self.notify);
    }
}
