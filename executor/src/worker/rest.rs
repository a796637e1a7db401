//! A worker *rests* when what it took up was too small to share.
//!
//! To take a task over from another worker costs some 200 ns of cache misses, and the other one
//! goes on more slowly meanwhile. How long a task takes is not known beforehand, but a thief knows
//! it afterwards. So a worker measures each [`Stint`](super::stint::Stint), from when it goes to
//! work or last ran dry to when it runs dry again. If its tasks were tiny, and another worker makes
//! progress, it leaves the queues to that one for a while: no worker is woken meanwhile (see the
//! [idle protocol](crate::idle)), and then it searches. That costs the thread that readies the
//! tasks nothing.
//!
//! The bound: what is queued behind a poll that takes long, after many that were short, waits for
//! the one rest that goes on, and perhaps for one more if the poll began since the one before; each
//! is at most [`REST_MAX`](super::stint::REST_MAX) and what the kernel is late. After that the
//! worker sees that the other one stands still, and takes all there is.

use vitte_context::clock;

use super::park::ParkSite;
use super::{Core, WorkerContext};

impl WorkerContext {
    /// Whether this worker, of whose stint this is the end, leaves tasks of that size to others.
    pub(super) fn had_tiny_tasks(&self, core: &Core) -> bool {
        let workers = self.workers();
        // Alone, it runs all of them.
        core.at_work.get()
            && workers.idle.others_work()
            && core
                .stint
                .end(clock::system_now(), core.vitals.taken(), || {
                    workers.progress_of_others(core.index)
                })
    }

    /// Rests. The worker searches after that.
    pub(super) fn rest(&self, core: &Core) {
        // Not in the driver, for the worker that is awake is about to come back to it.
        self.wait_in(core, ParkSite::Parker, Some(core.stint.next_rest()));
        self.workers().idle.end_rest(core.index);
    }
}
