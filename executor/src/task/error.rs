//! [`JoinError`]: why a task has no output.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Mutex;

use super::id::Id;

/// A task did not complete: it was cancelled, or it panicked.
///
/// # Examples
///
/// ```
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let result = vitte::spawn(async {
///     if true {
///         panic!("no luck");
///     }
///     1
/// })
/// .await;
/// match result {
///     Ok(output) => println!("output: {output}"),
///     Err(error) if error.is_panic() => println!("the task has a bug: {error}"),
///     Err(error) => println!("the task was cancelled: {error}"),
/// }
/// # }
/// ```
pub struct JoinError {
    repr: Repr,
    id: Id,
}

enum Repr {
    Cancelled,
    // The mutex makes the error `Sync`, whatever the payload is.
    Panic(Mutex<Box<dyn Any + Send + 'static>>),
}

/// Why a task failed, as the task keeps it.
pub(crate) enum Failure {
    Cancelled,
    Panic(Box<dyn Any + Send + 'static>),
}

impl JoinError {
    pub(crate) fn new(id: Id, failure: Failure) -> Self {
        let repr = match failure {
            Failure::Cancelled => Repr::Cancelled,
            Failure::Panic(payload) => Repr::Panic(Mutex::new(payload)),
        };
        JoinError { repr, id }
    }

    /// Returns whether the task was cancelled: by `abort`, or because its runtime ended.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let task = vitte::spawn(std::future::pending::<()>());
    /// task.abort();
    /// assert!(task.await.unwrap_err().is_cancelled());
    /// # }
    /// ```
    pub fn is_cancelled(&self) -> bool {
        matches!(self.repr, Repr::Cancelled)
    }

    /// Returns whether the task panicked.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let task = vitte::spawn(async { panic!("no luck") });
    /// assert!(task.await.unwrap_err().is_panic());
    /// # }
    /// ```
    pub fn is_panic(&self) -> bool {
        matches!(self.repr, Repr::Panic(_))
    }

    /// Returns the payload that the task panicked with, for [`std::panic::resume_unwind`].
    ///
    /// # Panics
    ///
    /// If the task did not panic.
    ///
    /// # Examples
    ///
    /// ```should_panic
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let error = vitte::spawn(async { panic!("no luck") }).await.unwrap_err();
    /// if error.is_panic() {
    ///     // Here the panic goes on.
    ///     std::panic::resume_unwind(error.into_panic());
    /// }
    /// # }
    /// ```
    #[track_caller]
    pub fn into_panic(self) -> Box<dyn Any + Send + 'static> {
        self.try_into_panic()
            .expect("`JoinError` reason is not a panic.")
    }

    /// Returns the payload that the task panicked with.
    ///
    /// # Errors
    ///
    /// The same error if the task was cancelled.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let error = vitte::spawn(async { panic!("no luck") }).await.unwrap_err();
    /// let payload = error.try_into_panic().unwrap();
    /// assert_eq!(payload.downcast_ref::<&str>(), Some(&"no luck"));
    /// # }
    /// ```
    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send + 'static>, JoinError> {
        match self.repr {
            Repr::Panic(payload) => Ok(payload
                .into_inner()
                .unwrap_or_else(|poisoned| poisoned.into_inner())),
            Repr::Cancelled => Err(self),
        }
    }

    /// Returns the id of the task that failed.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let task = vitte::spawn(async { panic!("no luck") });
    /// let id = task.id();
    /// assert_eq!(task.await.unwrap_err().id(), id);
    /// # }
    /// ```
    pub fn id(&self) -> Id {
        self.id
    }
}

/// The message of a panic, if it is text.
fn panic_message(payload: &Mutex<Box<dyn Any + Send + 'static>>) -> Option<String> {
    let payload = payload
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(text) = payload.downcast_ref::<String>() {
        return Some(text.clone());
    }
    payload
        .downcast_ref::<&'static str>()
        .map(|text| (*text).to_string())
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.repr {
            Repr::Cancelled => write!(f, "task {} was cancelled", self.id),
            Repr::Panic(payload) => match panic_message(payload) {
                Some(message) => {
                    write!(f, "task {} panicked with message {message:?}", self.id)
                }
                None => write!(f, "task {} panicked", self.id),
            },
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.repr {
            Repr::Cancelled => write!(f, "JoinError::Cancelled({:?})", self.id),
            Repr::Panic(payload) => match panic_message(payload) {
                Some(message) => write!(f, "JoinError::Panic({:?}, {message:?}, ...)", self.id),
                None => write!(f, "JoinError::Panic({:?}, ...)", self.id),
            },
        }
    }
}

impl Error for JoinError {}

impl From<JoinError> for io::Error {
    fn from(error: JoinError) -> io::Error {
        io::Error::other(match error.repr {
            Repr::Cancelled => "task was cancelled",
            Repr::Panic(_) => "task panicked",
        })
    }
}
