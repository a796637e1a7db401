//! The driver: what a thread without work waits in.
//!
//! The executor knows neither timers nor sockets. The facade composes both into one [`Driver`]
//! and hands it over; a worker that has nothing to do takes the driver, if no other one has it,
//! and parks in it. A runtime without timers and sockets has a [`ThreadDriver`].

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use vitte_context::park::{Parker, Unparker};

/// Waits for events and wakes the tasks that waited for them. Used by one thread at a time.
pub trait Driver: Send + 'static {
    /// Waits until there was an event, until it is unparked, or until `timeout` has passed. `None`
    /// waits without a limit; zero only looks.
    fn park(&mut self, timeout: Option<Duration>);

    /// The runtime ends: every task that waits for a timer or a socket is woken, and its wait
    /// fails.
    fn shutdown(&mut self);

    /// When the next timer is due, or earlier; `None` if there is none. For the deterministic
    /// scheduler, which moves the clock there and then parks for no time to fire it.
    fn next_deadline(&self) -> Option<Instant> {
        None
    }
}

/// Ends a [`Driver::park`], from any thread.
pub trait Unpark: Send + Sync + 'static {
    /// Makes the current `park` return, or the next one if there is none.
    fn unpark(&self);
}

/// A driver and the handle that unparks it.
pub struct DriverPair {
    /// What the idle thread waits in.
    pub driver: Box<dyn Driver>,
    /// What ends the wait.
    pub unpark: Arc<dyn Unpark>,
}

impl fmt::Debug for DriverPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DriverPair").finish_non_exhaustive()
    }
}

/// A driver that only blocks the thread.
#[derive(Debug)]
pub struct ThreadDriver {
    parker: Parker,
}

impl ThreadDriver {
    /// The driver, and what unparks it.
    pub fn pair() -> DriverPair {
        let parker = Parker::new();
        let unpark = Arc::new(ThreadUnpark(parker.unparker().clone()));
        DriverPair {
            driver: Box::new(ThreadDriver { parker }),
            unpark,
        }
    }
}

impl Driver for ThreadDriver {
    fn park(&mut self, timeout: Option<Duration>) {
        match timeout {
            None => self.parker.park(),
            Some(Duration::ZERO) => {}
            Some(timeout) => {
                self.parker.park_timeout(timeout);
            }
        }
    }

    fn shutdown(&mut self) {}
}

struct ThreadUnpark(Unparker);

impl Unpark for ThreadUnpark {
    fn unpark(&self) {
        self.0.unpark();
    }
}
