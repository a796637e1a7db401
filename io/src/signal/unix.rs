//! Unix signals.

use std::future::poll_fn;
use std::io;
use std::os::raw::c_int;
use std::task::{Context, Poll, ready};

use vitte_context::coop;

use super::registry::Listener;
use crate::reactor::Reactor;

/// A signal, by its number.
///
/// # Examples
///
/// ```
/// use vitte::signal::unix::SignalKind;
///
/// assert_eq!(SignalKind::terminate().as_raw_value(), 15);
/// ```
#[derive(Debug, Clone, Copy, Hash, PartialEq, Eq)]
pub struct SignalKind(c_int);

/// The signals with a name.
macro_rules! kinds {
    ($($(#[$meta:meta])* $name:ident = $number:ident;)*) => {
        impl SignalKind {$(
            $(#[$meta])*
            pub const fn $name() -> Self {
                Self(libc::$number)
            }
        )*}
    };
}

kinds! {
    /// `SIGALRM`: a timer of the process ran out. Ends the process unless caught.
    alarm = SIGALRM;
    /// `SIGCHLD`: a child has ended or stopped.
    child = SIGCHLD;
    /// `SIGHUP`: the terminal is gone, or, by custom, the configuration is to be read again. Ends
    /// the process unless caught.
    hangup = SIGHUP;
    /// `SIGINT`: Ctrl-C. Ends the process unless caught.
    interrupt = SIGINT;
    /// `SIGIO`: a descriptor became ready. Ends the process unless caught.
    io = SIGIO;
    /// `SIGPIPE`: a pipe without a reader was written to. Rust programs ignore it from the start.
    pipe = SIGPIPE;
    /// `SIGQUIT`: Ctrl-\. Ends the process, with a core dump, unless caught.
    quit = SIGQUIT;
    /// `SIGTERM`: the process is asked to end, and does unless it is caught.
    terminate = SIGTERM;
    /// `SIGUSR1`: whatever the program makes of it. Ends the process unless caught.
    user_defined1 = SIGUSR1;
    /// `SIGUSR2`: whatever the program makes of it. Ends the process unless caught.
    user_defined2 = SIGUSR2;
    /// `SIGWINCH`: the terminal has another size.
    window_change = SIGWINCH;
}

impl SignalKind {
    /// The signal with this number.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::signal::unix::SignalKind;
    ///
    /// assert_eq!(SignalKind::from_raw(15), SignalKind::terminate());
    /// ```
    pub const fn from_raw(signum: c_int) -> Self {
        Self(signum)
    }

    /// The signal's number.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::signal::unix::SignalKind;
    ///
    /// assert_eq!(SignalKind::interrupt().as_raw_value(), 2);
    /// ```
    pub const fn as_raw_value(&self) -> c_int {
        self.0
    }
}

impl From<c_int> for SignalKind {
    fn from(signum: c_int) -> Self {
        Self::from_raw(signum)
    }
}

impl From<SignalKind> for c_int {
    fn from(kind: SignalKind) -> Self {
        kind.as_raw_value()
    }
}

/// The arrivals of one signal; made by [`signal`].
///
/// Signals that arrive between two looks count as one.
///
/// # Examples
///
/// ```no_run
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// use vitte::signal::unix::{SignalKind, signal};
///
/// let mut terminate = signal(SignalKind::terminate())?;
/// terminate.recv().await;
/// println!("shutting down");
/// # Ok(())
/// # }
/// ```
#[must_use = "streams do nothing unless polled"]
#[derive(Debug)]
pub struct Signal {
    listener: Listener,
}

/// Listens to a signal from now on.
///
/// The first call for a signal replaces its default action for the rest of the process's life,
/// even once all listeners are dropped.
///
/// # Errors
///
/// When the signal cannot be caught (`SIGKILL`, `SIGSTOP` and those of faults cannot).
///
/// # Panics
///
/// When it is called outside a runtime with io enabled.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// use vitte::signal::unix::{SignalKind, signal};
///
/// let mut hangups = signal(SignalKind::hangup())?;
/// while hangups.recv().await.is_some() {
///     println!("reading the configuration again");
/// }
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn signal(kind: SignalKind) -> io::Result<Signal> {
    let reactor = Reactor::current();
    let listener = Listener::new(kind.0, &reactor)?;
    Ok(Signal { listener })
}

impl Signal {
    /// Waits until the signal has arrived. Never returns `None`.
    ///
    /// # Cancel safety
    ///
    /// Cancelling it loses no signal.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// use vitte::signal::unix::{SignalKind, signal};
    ///
    /// let mut interrupts = signal(SignalKind::interrupt())?;
    /// interrupts.recv().await;
    /// println!("the first one");
    /// interrupts.recv().await;
    /// println!("the second one");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn recv(&mut self) -> Option<()> {
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// Waits until the signal has arrived. Never returns `None`.
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
        let coop = ready!(coop::poll_proceed(cx));
        ready!(self.listener.poll(cx));
        coop.made_progress();
        Poll::Ready(Some(()))
    }
}
