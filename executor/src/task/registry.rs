//! The registry of suspended tasks: one waker per task that has returned `Pending`.
//!
//! A detached task that nobody can wake any more would be freed by async-task without running its
//! destructor; the registry's waker keeps it until shutdown, as tokio does. Registration happens
//! in the task's first poll that returns `Pending`, so that a task which completes at once pays
//! nothing. The shards follow the workers, so that registering takes a lock that is free and in
//! the worker's cache; a task deregisters wherever it completes, from the shard in its key.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::ptr::NonNull;
use std::task::Waker;

use slab::Slab;
use vitte_context::block;
use vitte_context::primitive::CachePadded;
use vitte_context::primitive::plain::{Mutex, MutexGuard};
use vitte_context::trace::Waiting;

use super::header::Header;

/// Where a registry keeps a task. Packed, since every task has room for one.
#[derive(Debug, Clone, Copy)]
#[repr(C, packed(2))]
pub(crate) struct Key {
    shard: u16,
    /// The index in the shard, plus one.
    slot: NonZeroU32,
}

impl Key {
    fn new(shard: usize, index: usize) -> Self {
        Key {
            shard: shard as u16,
            slot: NonZeroU32::MIN.saturating_add(index as u32),
        }
    }

    fn shard(self) -> usize {
        usize::from(self.shard)
    }

    fn index(self) -> usize {
        let slot = self.slot;
        slot.get() as usize - 1
    }
}

/// A suspended task, as the registry knows it.
#[derive(Debug)]
pub(crate) struct Suspended {
    waker: Waker,
    /// The task's header, which the waker keeps alive.
    header: NonNull<Header>,
}

// SAFETY: the header is `Sync`.
unsafe impl Send for Suspended {}

impl Suspended {
    /// The task that has this header, and that the waker wakes.
    pub(crate) fn new(header: &Header, waker: Waker) -> Self {
        Suspended {
            waker,
            header: NonNull::from(header),
        }
    }

    /// The task's header.
    fn header(&self) -> &Header {
        // SAFETY: the header is inside the task's allocation, which the waker keeps alive.
        unsafe { self.header.as_ref() }
    }
}

#[derive(Debug, Default)]
struct Shard {
    tasks: Slab<Suspended>,
    /// What tasks said in their last poll that they wait for. Beside the tasks, so that those are
    /// small while waits are not recorded.
    waits: HashMap<usize, Waiting>,
    /// Set once shutdown has begun to wake all of them.
    swept: bool,
}

/// All suspended tasks of one owner.
#[derive(Debug)]
pub(crate) struct Registry {
    shards: Box<[CachePadded<Mutex<Shard>>]>,
}

impl Registry {
    pub(crate) fn new(workers: usize) -> Self {
        // More workers than keys can tell apart share a shard.
        let workers = workers.min(usize::from(u16::MAX));
        Registry {
            shards: (0..=workers).map(|_| CachePadded::default()).collect(),
        }
    }

    fn shard(&self, index: usize) -> MutexGuard<'_, Shard> {
        self.shards[index]
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Adds a task. Returns false beside its key after a sweep, which has missed it: the caller
    /// ends the task.
    pub(crate) fn insert(&self, task: Suspended) -> (Key, bool) {
        let others = self.shards.len() - 1;
        let index = block::worker_index().map_or(others, |worker| worker.min(others));
        let mut shard = self.shard(index);
        let slot = shard.tasks.insert(task);
        (Key::new(index, slot), !shard.swept)
    }

    /// Notes what a registered task waits for now.
    pub(crate) fn set_waiting(&self, key: Key, waiting: Option<Waiting>) {
        let mut shard = self.shard(key.shard());
        match waiting {
            Some(waiting) => shard.waits.insert(key.index(), waiting),
            None => shard.waits.remove(&key.index()),
        };
    }

    /// Removes a task that completes. The waker is returned so that it drops outside the lock.
    ///
    /// After a sweep, someone waits until all are gone: `before_last` is called while this one is
    /// not, under the shard's lock, since the owner may go as soon as it is.
    pub(crate) fn remove(&self, key: Key, before_last: impl FnOnce()) -> Suspended {
        let mut shard = self.shard(key.shard());
        if shard.swept {
            before_last();
        }
        if !shard.waits.is_empty() {
            shard.waits.remove(&key.index());
        }
        shard.tasks.remove(key.index())
    }

    /// Wakes every suspended task; the owner is closed, so each will end when it is polled, and
    /// only then is it removed.
    pub(crate) fn sweep(&self) {
        for index in 0..self.shards.len() {
            let wakers: Vec<_> = {
                let mut shard = self.shard(index);
                shard.swept = true;
                let tasks = shard.tasks.iter();
                tasks.map(|(_, task)| task.waker.clone()).collect()
            };
            wakers.into_iter().for_each(Waker::wake);
        }
    }

    /// How many tasks are suspended, or were and have not completed.
    pub(crate) fn live(&self) -> usize {
        (0..self.shards.len())
            .map(|index| self.shard(index).tasks.len())
            .sum()
    }

    /// Calls `f` with every suspended task and what it waits for, one shard locked at a time.
    pub(crate) fn for_each(&self, mut f: impl FnMut(&Header, Option<Waiting>)) {
        for index in 0..self.shards.len() {
            let shard = self.shard(index);
            for (slot, task) in &shard.tasks {
                f(task.header(), shard.waits.get(&slot).copied());
            }
        }
    }
}
