//! How a worker of the multi-thread scheduler waits: in the driver if it is free, else in its own
//! parker.
//!
//! The state says where the worker is, so that `unpark` knows whom to tell. A token left before
//! the worker waits makes it not wait. loom's model of the [parker](vitte_context::park) covers
//! the wait itself; the one here adds only the choice of the place.

use std::sync::atomic::{AtomicU8, Ordering};

use vitte_context::park::Parker;

use crate::driver::Unpark;
use crate::scheduler::multi_thread::Workers;

const EMPTY: u8 = 0;
const NOTIFIED: u8 = 1;
const IN_PARKER: u8 = 2;
const IN_DRIVER: u8 = 3;

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

    /// Waits until unparked; in the driver also until it had events. Only the worker calls this.
    pub(crate) fn park(&self, workers: &Workers) {
        let Some(mut driver) = workers.try_driver() else {
            if self.begin(IN_PARKER) {
                self.parker.park();
                self.end();
            }
            return;
        };
        if self.begin(IN_DRIVER) {
            driver.park(None);
            self.end();
        }
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

    fn end(&self) {
        // Acquire: pairs with the Release in `unpark`; takes the token, if there is one.
        self.state.swap(EMPTY, Ordering::Acquire);
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
