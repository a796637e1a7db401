//! Task-local storage: values that a future carries along, whichever thread polls it.
//!
//! The value lives in the future that [`LocalKey::scope`] makes. For the length of each poll, and
//! of the future's drop, it is exchanged with what is in a thread-local; there [`LocalKey::with`]
//! finds it. Scopes nest: the value of the outer one comes back when the inner one's poll ends.

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::marker::PhantomPinned;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

use pin_project_lite::pin_project;

/// A key for task-local values; declared with [`task_local!`](crate::task_local).
///
/// Unlike a thread-local it has no initial value: code sees a value only inside a
/// [`scope`](Self::scope) or [`sync_scope`](Self::sync_scope). The value belongs to the future of
/// the scope, and goes along when that is polled by another thread.
///
/// # Examples
///
/// ```
/// vitte::task_local! {
///     static USER: String;
/// }
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// async fn greet() -> String {
///     // Deep inside, without a parameter.
///     USER.with(|user| format!("hello, {user}"))
/// }
///
/// let greeting = USER.scope("ann".to_string(), greet()).await;
/// assert_eq!(greeting, "hello, ann");
/// # }
/// ```
pub struct LocalKey<T: 'static> {
    /// What the current poll sees. Public for the macro alone.
    #[doc(hidden)]
    pub slot: thread::LocalKey<RefCell<Option<T>>>,
}

impl<T: 'static> LocalKey<T> {
    /// Returns a future that runs `future` with the value set.
    ///
    /// Tasks that it spawns do not see the value. Scopes of one key may be nested: the value of the
    /// inner one hides that of the outer one.
    ///
    /// # Panics
    ///
    /// Polling the future inside [`with`](Self::with) of the same key panics.
    ///
    /// # Cancel safety
    ///
    /// As cancel safe as `future`, which is dropped with the value set.
    ///
    /// # Examples
    ///
    /// ```
    /// vitte::task_local! {
    ///     static USER: String;
    /// }
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// USER.scope("ann".to_string(), async {
    ///     assert_eq!(USER.get(), "ann");
    /// })
    /// .await;
    /// # }
    /// ```
    pub fn scope<F: Future>(&'static self, value: T, future: F) -> TaskLocalFuture<T, F> {
        TaskLocalFuture {
            key: self,
            value: Some(value),
            future: Some(future),
            _pinned: PhantomPinned,
        }
    }

    /// Calls `f` with the value set.
    ///
    /// # Panics
    ///
    /// If called inside [`with`](Self::with) of the same key, or while the thread's locals are
    /// being destroyed; and if `f` panics.
    ///
    /// # Examples
    ///
    /// ```
    /// vitte::task_local! {
    ///     static USER: String;
    /// }
    ///
    /// let length = USER.sync_scope("ann".to_string(), || USER.with(|user| user.len()));
    /// assert_eq!(length, 3);
    /// ```
    #[track_caller]
    pub fn sync_scope<F, R>(&'static self, value: T, f: F) -> R
    where
        F: FnOnce() -> R,
    {
        let mut value = Some(value);
        match self.exchange_during(&mut value, f) {
            Ok(result) => result,
            Err(error) => panic!("{error}"),
        }
    }

    /// Calls `f` with the current value.
    ///
    /// # Panics
    ///
    /// If there is none: outside of every scope of this key.
    ///
    /// # Examples
    ///
    /// ```
    /// vitte::task_local! {
    ///     static USER: String;
    /// }
    ///
    /// USER.sync_scope("ann".to_string(), || {
    ///     assert!(USER.with(|user| user.starts_with("a")));
    /// });
    /// ```
    #[track_caller]
    pub fn with<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&T) -> R,
    {
        match self.try_with(f) {
            Ok(result) => result,
            Err(_) => panic!("cannot access a task-local storage value without setting it first"),
        }
    }

    /// Calls `f` with the current value, if there is one.
    ///
    /// # Errors
    ///
    /// [`AccessError`] outside of every scope of this key.
    ///
    /// # Examples
    ///
    /// ```
    /// vitte::task_local! {
    ///     static USER: String;
    /// }
    ///
    /// assert!(USER.try_with(|user| user.len()).is_err());
    /// USER.sync_scope("ann".to_string(), || {
    ///     assert_eq!(USER.try_with(|user| user.len()), Ok(3));
    /// });
    /// ```
    pub fn try_with<F, R>(&'static self, f: F) -> Result<R, AccessError>
    where
        F: FnOnce(&T) -> R,
    {
        // The slot is borrowed mutably only for an exchange, which calls nobody.
        self.slot
            .try_with(|slot| slot.borrow().as_ref().map(f))
            .ok()
            .flatten()
            .ok_or(AccessError { _private: () })
    }

    /// Exchanges `value` with what is in the thread's slot while `f` runs.
    fn exchange_during<R>(
        &'static self,
        value: &mut Option<T>,
        f: impl FnOnce() -> R,
    ) -> Result<R, ScopeError> {
        struct ExchangeBack<'a, T: 'static> {
            key: &'static LocalKey<T>,
            value: &'a mut Option<T>,
        }
        impl<T> Drop for ExchangeBack<'_, T> {
            fn drop(&mut self) {
                // Neither fails: both succeeded when the guard was made, and a borrow cannot
                // outlive the call of `try_with` that it was made for, which is inside `f`.
                self.key
                    .slot
                    .with(|slot| mem::swap(self.value, &mut *slot.borrow_mut()));
            }
        }
        self.slot
            .try_with(|slot| match slot.try_borrow_mut() {
                Ok(mut slot) => {
                    mem::swap(value, &mut *slot);
                    Ok(())
                }
                Err(_) => Err(ScopeError::Borrowed),
            })
            .unwrap_or(Err(ScopeError::Destroyed))?;
        let _back = ExchangeBack { key: self, value };
        Ok(f())
    }
}

impl<T: Clone + 'static> LocalKey<T> {
    /// Returns a clone of the current value.
    ///
    /// # Panics
    ///
    /// If there is none: outside of every scope of this key.
    ///
    /// # Examples
    ///
    /// ```
    /// vitte::task_local! {
    ///     static USER: String;
    /// }
    ///
    /// USER.sync_scope("ann".to_string(), || assert_eq!(USER.get(), "ann"));
    /// ```
    #[track_caller]
    pub fn get(&'static self) -> T {
        self.with(T::clone)
    }

    /// Returns a clone of the current value, if there is one.
    ///
    /// # Errors
    ///
    /// [`AccessError`] outside of every scope of this key.
    ///
    /// # Examples
    ///
    /// ```
    /// vitte::task_local! {
    ///     static USER: String;
    /// }
    ///
    /// assert!(USER.try_get().is_err());
    /// ```
    pub fn try_get(&'static self) -> Result<T, AccessError> {
        self.try_with(T::clone)
    }
}

impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("LocalKey { .. }")
    }
}

pin_project! {
    /// A future with a task-local value; from [`LocalKey::scope`].
    ///
    /// The value is also set while the future inside is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::future::Future;
    ///
    /// vitte::task_local! {
    ///     static USER: &'static str;
    /// }
    ///
    /// fn as_ann<F: Future>(future: F) -> vitte::task::futures::TaskLocalFuture<&'static str, F> {
    ///     USER.scope("ann", future)
    /// }
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(as_ann(async { USER.get() }).await, "ann");
    /// # }
    /// ```
    pub struct TaskLocalFuture<T, F>
    where
        T: 'static,
    {
        key: &'static LocalKey<T>,
        value: Option<T>,
        // `None` once it was ready.
        #[pin]
        future: Option<F>,
        #[pin]
        _pinned: PhantomPinned,
    }

    impl<T: 'static, F> PinnedDrop for TaskLocalFuture<T, F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let mut future = this.future;
            if mem::needs_drop::<F>() && future.is_some() {
                // If the slot cannot be had, the future is dropped without the value, as a field.
                let _ = this.key.exchange_during(this.value, || future.set(None));
            }
        }
    }
}

impl<T: 'static, F> TaskLocalFuture<T, F> {
    /// Takes the value out, if it is still there. If the future goes on after that, it runs without
    /// a value.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cell::Cell;
    ///
    /// vitte::task_local! {
    ///     static COUNT: Cell<u32>;
    /// }
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut future = Box::pin(COUNT.scope(Cell::new(0), async {
    ///     COUNT.with(|count| count.set(7));
    /// }));
    /// future.as_mut().await;
    /// assert_eq!(future.as_mut().take_value(), Some(Cell::new(7)));
    /// # }
    /// ```
    pub fn take_value(self: Pin<&mut Self>) -> Option<T> {
        self.project().value.take()
    }
}

impl<T: 'static, F: Future> Future for TaskLocalFuture<T, F> {
    type Output = F::Output;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let mut future = this.future;
        let polled = this.key.exchange_during(this.value, || {
            let poll = future.as_mut().as_pin_mut()?.poll(cx);
            if poll.is_ready() {
                future.set(None);
            }
            Some(poll)
        });
        match polled {
            Ok(Some(poll)) => poll,
            Ok(None) => panic!("`TaskLocalFuture` polled after completion"),
            Err(error) => panic!("{error}"),
        }
    }
}

impl<T: fmt::Debug + 'static, F> fmt::Debug for TaskLocalFuture<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("TaskLocalFuture");
        match &self.value {
            Some(value) => debug.field("value", value),
            None => debug.field("value", &format_args!("<missing>")),
        };
        debug.finish()
    }
}

/// There is no task-local value where one was asked for; from [`LocalKey::try_with`].
///
/// # Examples
///
/// ```
/// vitte::task_local! {
///     static USER: String;
/// }
///
/// let error = USER.try_get().unwrap_err();
/// assert_eq!(error.to_string(), "task-local value not set");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AccessError {
    _private: (),
}

impl fmt::Debug for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessError").finish()
    }
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("task-local value not set")
    }
}

impl Error for AccessError {}

/// Why a scope cannot be entered.
enum ScopeError {
    Borrowed,
    Destroyed,
}

impl fmt::Display for ScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ScopeError::Borrowed => {
                "cannot enter a task-local scope while the task-local storage is borrowed"
            }
            ScopeError::Destroyed => {
                "cannot enter a task-local scope during or after destruction of the underlying \
                 thread-local"
            }
        })
    }
}
