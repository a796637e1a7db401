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

/// Declares task-local keys, each a `static` of type [`LocalKey`].
///
/// # Examples
///
/// ```
/// vitte_executor::task_local! {
///     /// Who made the request.
///     pub static USER: String;
///     static ATTEMPT: u32;
/// }
///
/// # vitte_context::park::block_on(async {
/// USER.scope("ann".to_string(), async {
///     USER.with(|user| assert_eq!(user, "ann"));
///     assert!(ATTEMPT.try_get().is_err());
/// })
/// .await;
/// # });
/// ```
#[macro_export]
macro_rules! task_local {
    () => {};
    ($(#[$attr:meta])* $vis:vis static $name:ident: $t:ty; $($rest:tt)*) => {
        $crate::task_local!($(#[$attr])* $vis static $name: $t);
        $crate::task_local!($($rest)*);
    };
    ($(#[$attr:meta])* $vis:vis static $name:ident: $t:ty) => {
        $(#[$attr])*
        $vis static $name: $crate::task::LocalKey<$t> = {
            ::std::thread_local! {
                static SLOT: ::std::cell::RefCell<::std::option::Option<$t>> =
                    const { ::std::cell::RefCell::new(::std::option::Option::None) };
            }
            $crate::task::LocalKey { slot: SLOT }
        };
    };
}

/// A key for task-local values; declared with [`task_local!`](crate::task_local).
///
/// Unlike a thread-local it has no initial value: code sees one only inside a
/// [`scope`](Self::scope) or [`sync_scope`](Self::sync_scope).
pub struct LocalKey<T: 'static> {
    /// What the current poll sees. Public for the macro alone.
    #[doc(hidden)]
    pub slot: thread::LocalKey<RefCell<Option<T>>>,
}

impl<T: 'static> LocalKey<T> {
    /// A future that carries `value` along while `future` runs.
    ///
    /// Tasks that it spawns do not see the value.
    ///
    /// # Panics
    ///
    /// Polling panics when the future is polled from inside [`with`](Self::with) of the same key.
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
    /// When called from inside [`with`](Self::with) of the same key, or while the thread's locals
    /// are destroyed; and when `f` panics.
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
    /// When there is none: outside of every scope of this key.
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
    /// Outside of every scope of this key.
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
    /// A copy of the current value.
    ///
    /// # Panics
    ///
    /// When there is none: outside of every scope of this key.
    #[track_caller]
    pub fn get(&'static self) -> T {
        self.with(T::clone)
    }

    /// A copy of the current value, if there is one.
    ///
    /// # Errors
    ///
    /// Outside of every scope of this key.
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
    /// The value is set also while the future inside is dropped.
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
    /// Takes the value out, if it is still there. The future, should it go on, runs without.
    ///
    /// # Examples
    ///
    /// ```
    /// # vitte_executor::task_local! { static COUNT: u32; }
    /// # vitte_context::park::block_on(async {
    /// let mut future = Box::pin(COUNT.scope(7, async {}));
    /// future.as_mut().await;
    /// assert_eq!(future.as_mut().take_value(), Some(7));
    /// # });
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

/// A task-local value was asked for where none is set; from [`LocalKey::try_with`].
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
