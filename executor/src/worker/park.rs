//! How a worker of the multi-thread scheduler waits: in the driver if it is free, else in its own
//! parker.
//!
//! The state says where the worker is, so that `unpark` knows how to end its wait. A token left
//! before the worker waits makes it not wait. loom's model of the [parker](vitte_context::park)
//! covers the wait itself; the one here adds only the choice of the place.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use vitte_context::park::Parker;

use crate::driver::Unpark;
use crate::scheduler::driver_seat::DriverSeat;

const EMPTY: u8 = 0;
const NOTIFIED: u8 = 1;
const IN_PARKER: u8 = 2;
const IN_DRIVER: u8 = 3;

/// Where a worker waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParkSite {
    Driver,
    Parker,
}

/// How a wait ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waited {
    pub(crate) place: ParkSite,
    /// The worker was unparked, before or during the wait.
    pub(crate) unparked: bool,
}

#[derive(Debug)]
pub(crate) struct WorkerPark {
    state: AtomicU8,
    parker: Parker,
}

impl WorkerPark {
    pub(crate) fn new() -> Self {
        WorkerPark {
            state: AtomicU8::new(EMPTY),
            parker: Parker::new(),
        }
    }

    /// Waits until unparked, or until the limit has passed; in the driver also until it had
    /// events. A worker that wants the driver and does not get it waits in its parker. Only the
    /// worker calls this.
    pub(crate) fn park(
        &self,
        seat: &DriverSeat,
        want: ParkSite,
        limit: Option<Duration>,
    ) -> Waited {
        let mut driver = match want {
            ParkSite::Driver => seat.try_take(),
            ParkSite::Parker => None,
        };
        let place = driver
            .as_ref()
            .map_or(ParkSite::Parker, |_| ParkSite::Driver);
        let state = match place {
            ParkSite::Driver => IN_DRIVER,
            ParkSite::Parker => IN_PARKER,
        };
        let mut unparked = true;
        if self.begin(state) {
            match (&mut driver, limit) {
                (Some(driver), limit) => driver.park(limit),
                (None, None) => self.parker.park(),
                (None, Some(limit)) => {
                    self.parker.park_timeout(limit);
                }
            }
            unparked = self.end();
        }
        Waited { place, unparked }
    }

    /// Says where the worker waits; false if there was a token, which is taken.
    fn begin(&self, place: u8) -> bool {
        let began = self
            .state
            .compare_exchange(EMPTY, place, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok();
        if !began {
            // As in `Parker::park`: a swap, since there may be more than one token by now.
            self.end();
        }
        began
    }

    /// The wait is over. Returns whether there was a token, which is taken.
    fn end(&self) -> bool {
        // Acquire: pairs with the Release in `unpark`.
        self.state.swap(EMPTY, Ordering::Acquire) == NOTIFIED
    }

    /// Leaves a token, and ends the worker's wait wherever it is.
    pub(crate) fn unpark(&self, driver: &dyn Unpark) {
        // Release: pairs with the Acquire in `begin` and `end`.
        match self.state.swap(NOTIFIED, Ordering::AcqRel) {
            IN_PARKER => self.parker.unparker().unpark(),
            IN_DRIVER => driver.unpark(),
            _ => {}
        }
    }
}
