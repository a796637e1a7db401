//! Which descriptors are registered: adding and removing them, from any thread.
//!
//! The registry owns a reference to each registered source, so that an address that the selector
//! reports is always alive: a deregistered source moves to the retired list and is freed at the
//! start of a later turn, when the events that were harvested before its deregistration have all
//! been dispatched.

use std::io;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use slab::Slab;
use vitte_context::panics::Panicked;

use super::source::Source;
use super::wait::shutting_down;
use super::{Reactor, lock};
use crate::io::Interest;

/// With this many retired sources, a driver that may sleep for long is woken, to free them.
const RETIRED_MAX: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Registry {
    sources: Slab<Arc<Source>>,
    retired: Vec<Arc<Source>>,
    pub(super) is_shutdown: bool,
    /// True once the descriptor that signals arrive at is registered.
    pub(super) watches_signals: bool,
    /// How many descriptors were ever registered.
    pub(super) registered: u64,
    /// How many of them were deregistered.
    pub(super) deregistered: u64,
}

impl Registry {
    fn take_retired(&mut self, reactor: &Reactor) -> Vec<Arc<Source>> {
        reactor.retired.store(0, Ordering::Relaxed);
        std::mem::take(&mut self.retired)
    }
}

impl Reactor {
    /// Registers a descriptor. Returns its source, and where the registry keeps that.
    pub(super) fn register(
        &self,
        fd: RawFd,
        interest: Interest,
    ) -> io::Result<(Arc<Source>, usize)> {
        let (source, slot) = {
            let mut registry = lock(&self.registry);
            if registry.is_shutdown {
                return Err(shutting_down());
            }
            let source = Arc::new(Source::new(self.selector.arming(fd, interest)));
            let slot = registry.sources.insert(source.clone());
            registry.registered += 1;
            (source, slot)
        };
        // Counted before it can report anything, so that no turn skips its events. Release: pairs
        // with the Acquire in `turn`; publishes the source.
        self.sources.fetch_add(1, Ordering::Release);
        if let Err(error) = self.selector.add(fd, source.key(), interest) {
            self.sources.fetch_sub(1, Ordering::Relaxed);
            // The selector never had its address, so that it need not retire.
            let mut registry = lock(&self.registry);
            registry.registered -= 1;
            let removed = registry.sources.remove(slot);
            drop(registry);
            drop(removed);
            return Err(error);
        }
        Ok((source, slot))
    }

    /// Deregisters a source, while its descriptor is still open.
    ///
    /// When the selector refuses (because the descriptor was closed already) the source stays in
    /// the registry for good: a duplicate of the descriptor may go on reporting its address.
    pub(super) fn deregister(&self, fd: RawFd, slot: usize) -> io::Result<()> {
        self.selector.delete(fd)?;
        self.sources.fetch_sub(1, Ordering::Relaxed);
        let (count, is_shutdown) = {
            let mut registry = lock(&self.registry);
            let source = registry.sources.remove(slot);
            registry.retired.push(source);
            registry.deregistered += 1;
            let count = registry.retired.len();
            // Relaxed: a hint for `free_retired`, which then takes the mutex.
            self.retired.store(count, Ordering::Relaxed);
            (count, registry.is_shutdown)
        };
        if is_shutdown {
            // No turn will follow. After one that is still under way they are freed with the
            // reactor.
            if let Some(_turn) = self.try_begin_turn() {
                self.free_retired();
            }
        } else if count == RETIRED_MAX {
            self.unpark();
        }
        Ok(())
    }

    /// Makes every operation fail from now on, and wakes all tasks that wait. No turn may follow.
    pub fn shutdown(&self) {
        let (sources, retired) = {
            let mut registry = lock(&self.registry);
            registry.is_shutdown = true;
            // They stay registered until their owners deregister them.
            let sources: Vec<_> = registry.sources.iter().map(|(_, s)| s.clone()).collect();
            (sources, registry.take_retired(self))
        };
        let mut panicked = Panicked::default();
        for source in &sources {
            panicked.call(|| source.shutdown());
        }
        drop((sources, retired));
        panicked.resume();
    }

    pub(super) fn free_retired(&self) {
        if self.retired.load(Ordering::Relaxed) == 0 {
            return;
        }
        let retired = lock(&self.registry).take_retired(self);
        // Outside the mutex: wakers may be dropped with them.
        drop(retired);
    }
}
