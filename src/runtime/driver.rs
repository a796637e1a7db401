//! The driver: timers and sockets behind the interface in which an idle thread waits.
//!
//! This is where crates that do not know each other meet. A turn asks the wheels for the next
//! deadline, waits in the reactor until then at the latest, and fires what is due. Without a
//! reactor it waits in a parker. The executor calls it: one worker at a time is in the driver, and
//! any thread may end its wait. It runs no tasks; it only makes them ready.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use vitte_context::clock::Clock;
use vitte_context::panics::Panicked;
use vitte_context::park::Parker;
use vitte_executor::driver::{Driver, DriverPair, Unpark};
use vitte_io::reactor::Reactor;
use vitte_timer::Wheels;

/// A driver, and the parts of it that the rest of the runtime also needs.
pub(super) struct DriverParts {
    pub(super) pair: DriverPair,
    pub(super) wheels: Option<Arc<Wheels>>,
    pub(super) reactor: Option<Arc<Reactor>>,
}

/// Which parts a driver has, and how they are set.
pub(super) struct DriverConfig {
    pub(super) enable_io: bool,
    pub(super) enable_time: bool,
    pub(super) io_events_per_turn: usize,
    pub(super) io_events_per_busy_turn: usize,
    /// Timers that are left when the runtime ends fire.
    pub(super) timers_fire_at_end: bool,
    /// How many workers register timers.
    pub(super) workers: usize,
}

/// Makes a driver.
///
/// # Errors
///
/// The error of the operating system if the process has no file descriptor left for the reactor.
pub(super) fn new(config: &DriverConfig, clock: &Arc<Clock>) -> io::Result<DriverParts> {
    let backend = Backend::new(config)?;
    let reactor = match &backend {
        Backend::Reactor(reactor) => Some(reactor.clone()),
        Backend::Parker(_) => None,
    };
    let unpark = Arc::new(RuntimeUnpark {
        backend,
        was_unparked: AtomicBool::new(false),
    });
    let wheels = config.enable_time.then(|| {
        let wheels = Wheels::new(config.workers, clock.now());
        if config.timers_fire_at_end {
            wheels.fire_at_shutdown();
        }
        let unpark = unpark.clone();
        wheels.set_unpark(Box::new(move || unpark.unpark()));
        wheels
    });
    let driver = RuntimeDriver {
        wheels: wheels.clone(),
        clock: clock.clone(),
        unpark: unpark.clone(),
    };
    Ok(DriverParts {
        pair: DriverPair {
            driver: Box::new(driver),
            unpark,
        },
        wheels,
        reactor,
    })
}

struct RuntimeDriver {
    wheels: Option<Arc<Wheels>>,
    clock: Arc<Clock>,
    unpark: Arc<RuntimeUnpark>,
}

/// What the thread waits in. Only the driver waits; any thread may end its wait.
enum Backend {
    Reactor(Arc<Reactor>),
    Parker(Parker),
}

impl Backend {
    fn new(config: &DriverConfig) -> io::Result<Self> {
        if !config.enable_io {
            return Ok(Backend::Parker(Parker::new()));
        }
        let (events, events_busy) = (config.io_events_per_turn, config.io_events_per_busy_turn);
        Reactor::with_busy_limit(events, events_busy).map(Backend::Reactor)
    }

    /// Waits; returns whether any socket became ready.
    fn wait(&self, timeout: Option<Duration>) -> bool {
        match self {
            Backend::Reactor(reactor) => reactor.turn(timeout) > 0,
            Backend::Parker(parker) => {
                match timeout {
                    None => parker.park(),
                    Some(Duration::ZERO) => {}
                    Some(timeout) => {
                        parker.park_timeout(timeout);
                    }
                }
                false
            }
        }
    }

    /// Ends the wait, or keeps the next one from beginning.
    fn unpark(&self) {
        match self {
            Backend::Reactor(reactor) => reactor.unpark(),
            Backend::Parker(parker) => parker.unparker().unpark(),
        }
    }
}

impl RuntimeDriver {
    /// Waits until a deadline of the wheels, or until something else happens.
    fn wait_until(&self, deadline: Instant, timeout: Option<Duration>) {
        let until_deadline = deadline.saturating_duration_since(self.clock.now());
        let wait = timeout.map_or(until_deadline, |timeout| timeout.min(until_deadline));
        if !self.clock.can_auto_advance() {
            self.unpark.backend.wait(Some(wait));
            return;
        }
        // The clock is paused and nothing can run: move it to the deadline instead of waiting. But
        // what has become ready in the meantime runs first, at the present time.
        let any_ready = self.unpark.backend.wait(Some(Duration::ZERO));
        if !any_ready && !self.unpark.take() {
            self.clock.advance(wait);
        }
    }
}

impl Driver for RuntimeDriver {
    fn park(&mut self, timeout: Option<Duration>) {
        let Some(wheels) = &self.wheels else {
            self.unpark.backend.wait(timeout);
            return;
        };
        if timeout == Some(Duration::ZERO) {
            // The caller looks for tasks after this call, so earlier unparks have done their work.
            // Before a long wait the caller has looked already: an unpark since then must count.
            self.unpark.take();
            self.unpark.backend.wait(timeout);
        } else {
            match wheels.begin_wait() {
                Some(deadline) => self.wait_until(deadline, timeout),
                None => {
                    self.unpark.backend.wait(timeout);
                }
            }
            wheels.end_wait();
        }
        wheels.expire(self.clock.now());
    }

    fn shutdown(&mut self) {
        let mut panicked = Panicked::default();
        if let Some(wheels) = &self.wheels {
            panicked.call(|| wheels.shutdown());
        }
        if let Backend::Reactor(reactor) = &self.unpark.backend {
            panicked.call(|| reactor.shutdown());
        }
        panicked.resume();
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.wheels.as_ref()?.next_deadline()
    }
}

struct RuntimeUnpark {
    backend: Backend,
    /// Whether an unpark came since the flag was last taken: a paused clock must not jump then.
    was_unparked: AtomicBool,
}

impl RuntimeUnpark {
    fn take(&self) -> bool {
        // Acquire: pairs with the Release in `unpark`.
        self.was_unparked.load(Ordering::Relaxed)
            && self.was_unparked.swap(false, Ordering::Acquire)
    }
}

impl Unpark for RuntimeUnpark {
    fn unpark(&self) {
        // Release: pairs with the Acquire in `take`.
        self.was_unparked.store(true, Ordering::Release);
        self.backend.unpark();
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use vitte_context::RuntimeCore;
    use vitte_context::runtime::{CoreParts, SetCurrent, Slot};

    use super::*;

    /// A thread looks for tasks before it parks; an unpark after that look means that a task is
    /// ready now.
    #[test]
    fn an_unpark_before_the_wait_keeps_a_paused_clock_where_it_is() {
        let clock = Arc::new(Clock::new());
        clock.pause();
        let config = DriverConfig {
            enable_io: true,
            enable_time: true,
            io_events_per_turn: 8,
            io_events_per_busy_turn: 8,
            timers_fire_at_end: false,
            workers: 1,
        };
        let DriverParts { pair, wheels, .. } = new(&config, &clock).unwrap();
        let _current = SetCurrent::new(RuntimeCore::new(CoreParts {
            time: Slot::shared(wheels.unwrap()),
            clock: clock.clone(),
            ..CoreParts::default()
        }));
        let mut sleep = pin!(vitte_timer::sleep(Duration::from_secs(1)));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(sleep.as_mut().poll(&mut cx).is_pending());
        let start = clock.now();
        let mut driver = pair.driver;
        pair.unpark.unpark();
        driver.park(None);
        assert_eq!(clock.now(), start);
        driver.park(None);
        assert_eq!(clock.now(), start + Duration::from_secs(1));
        assert!(sleep.as_mut().poll(&mut cx).is_ready());
    }
}
