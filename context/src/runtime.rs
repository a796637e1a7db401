//! The runtime's core: what each layer may know about the runtime in which it runs.
//!
//! Timer, io and executor do not know each other, but each has to find its own part of the current
//! runtime: the wheels, the reactor, the scheduler. The core has an opaque slot for each of them.
//! The facade's builder fills the slots, and the crate that owns a slot's type reads it as that
//! type. A [`SetCurrent`] guard makes a core the current one of its thread.

use std::any::{Any, TypeId};
use std::fmt;
use std::marker::PhantomData;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::block;
use crate::choose::{Chooser, SeedGenerator};
use crate::clock::Clock;
use crate::primitive::CachePadded;

/// What tokio says when a resource is made outside of a runtime.
pub const NO_RUNTIME: &str =
    "there is no reactor running, must be called from the context of a Tokio 1.x runtime";

/// What tokio says when a resource is used while its runtime shuts down.
pub const SHUTTING_DOWN: &str = "A Tokio 1.x context was found, but it is being shutdown.";

/// A value whose type only its owner knows.
#[derive(Default)]
pub struct Slot {
    value: Option<(NonNull<()>, TypeId, Box<dyn Any + Send + Sync>)>,
}

// SAFETY: the pointer is to the boxed or shared value beside it, which is `Send + Sync`.
unsafe impl Send for Slot {}
// SAFETY: as above.
unsafe impl Sync for Slot {}

impl Slot {
    /// A slot that holds `value`.
    pub fn new<T: Any + Send + Sync>(value: T) -> Self {
        let boxed = Box::new(value);
        let pointer = NonNull::from(&*boxed).cast();
        Slot {
            value: Some((pointer, TypeId::of::<T>(), boxed)),
        }
    }

    /// A slot that holds a share of a value. [`get`](Self::get) finds the value itself, and not
    /// the `Arc`, which would be one more pointer to follow.
    pub fn shared<T: Any + Send + Sync>(value: Arc<T>) -> Self {
        let pointer = NonNull::from(&*value).cast();
        Slot {
            value: Some((pointer, TypeId::of::<T>(), Box::new(value))),
        }
    }

    /// A slot that holds nothing: the runtime was built without this part.
    pub const fn empty() -> Self {
        Slot { value: None }
    }

    /// The value, if there is one and it is a `T`.
    #[inline]
    pub fn get<T: Any>(&self) -> Option<&T> {
        match &self.value {
            Some((pointer, id, _)) if *id == TypeId::of::<T>() => {
                // SAFETY: the type was checked, and the box beside the pointer, or the `Arc` in
                // it, keeps the value alive and in place for as long as the slot is borrowed.
                Some(unsafe { pointer.cast::<T>().as_ref() })
            }
            _ => None,
        }
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot")
            .field("filled", &self.value.is_some())
            .finish()
    }
}

/// What a [`RuntimeCore`] is made of; filled by the facade's builder.
#[derive(Debug, Default)]
pub struct CoreParts {
    /// The executor's part: its scheduler.
    pub scheduler: Slot,
    /// The timer's part: its wheels.
    pub time: Slot,
    /// The io crate's part: its reactor.
    pub io: Slot,
    /// What `now` means in this runtime.
    pub clock: Arc<Clock>,
    /// Who makes every choice; `None` for a runtime that is not deterministic.
    pub chooser: Option<Chooser>,
    /// Where the threads of this runtime get the seeds of their random generators.
    pub seeds: SeedGenerator,
    /// The name that the user gave the runtime.
    pub name: Option<String>,
}

/// One runtime, as the crates below the facade see it. Shared by its threads and handles.
///
/// Every spawn reads it. So it is aligned, that the counts of its `Arc`, which each clone of a
/// handle writes, are on another cache line.
#[derive(Debug)]
#[repr(align(128))]
pub struct RuntimeCore {
    id: u64,
    parts: CoreParts,
    forced_yields: CachePadded<AtomicU64>,
}

impl RuntimeCore {
    /// Makes a core with an id of its own.
    pub fn new(parts: CoreParts) -> Arc<Self> {
        Arc::new(RuntimeCore {
            id: next_id(),
            parts,
            forced_yields: CachePadded(AtomicU64::new(0)),
        })
    }

    /// A number that no other runtime of this process has.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The user's name for the runtime.
    pub fn name(&self) -> Option<&str> {
        self.parts.name.as_deref()
    }

    /// The executor's part, for the executor.
    #[inline]
    pub fn scheduler<T: Any>(&self) -> Option<&T> {
        self.parts.scheduler.get()
    }

    /// The timer's part, for the timer crate; `None` when time is not enabled.
    #[inline]
    pub fn time<T: Any>(&self) -> Option<&T> {
        self.parts.time.get()
    }

    /// The reactor, for the io crate; `None` when io is not enabled.
    #[inline]
    pub fn io<T: Any>(&self) -> Option<&T> {
        self.parts.io.get()
    }

    /// The runtime's clock.
    #[inline]
    pub fn clock(&self) -> &Clock {
        &self.parts.clock
    }

    /// Who makes this runtime's choices, if it is deterministic.
    #[inline]
    pub fn chooser(&self) -> Option<&Chooser> {
        self.parts.chooser.as_ref()
    }

    /// A task of this runtime used up its budget and has to yield.
    pub(crate) fn count_forced_yield(&self) {
        self.forced_yields.fetch_add(1, Ordering::Relaxed);
    }

    /// How often a task used up its budget and had to yield.
    pub fn forced_yields(&self) -> u64 {
        self.forced_yields.load(Ordering::Relaxed)
    }

    /// Where threads that enter this runtime get their random seeds.
    pub fn seeds(&self) -> &SeedGenerator {
        &self.parts.seeds
    }
}

/// A number for a runtime, or for a `LocalSet`: no two of them have the same.
pub fn next_id() -> u64 {
    static NEXT_ID: AtomicU64 = AtomicU64::new(1);
    // Relaxed: only uniqueness matters.
    NEXT_ID.fetch_add(1, Ordering::Relaxed)
}

/// Calls `f` with the current runtime's core; `None` outside of a runtime.
#[inline]
pub fn with_current<R>(f: impl FnOnce(Option<&RuntimeCore>) -> R) -> R {
    let core = block::with(|block| block.runtime.get());
    if core.is_null() {
        return f(None);
    }
    // SAFETY: the `SetCurrent` guard that put the pointer there owns a reference and takes the
    // pointer out before it drops that; guards cannot leave their thread, and one that is
    // dropped out of order leaks its reference rather than let the pointer dangle.
    f(Some(unsafe { &*core }))
}

/// The current runtime's core; `None` outside of a runtime.
pub fn current() -> Option<Arc<RuntimeCore>> {
    let core = block::with(|block| block.runtime.get());
    if core.is_null() {
        return None;
    }
    // SAFETY: as in `with_current`; the pointer came from `Arc::as_ptr`, so a reference can be
    // added to it.
    unsafe { Arc::increment_strong_count(core) };
    // SAFETY: the reference that was just added is the one that this `Arc` owns.
    Some(unsafe { Arc::from_raw(core) })
}

/// Makes a runtime the thread's current one until the guard is dropped.
///
/// # Panics
///
/// Dropping guards in another order than the reverse of their making panics, with tokio's words.
#[derive(Debug)]
#[must_use]
pub struct SetCurrent {
    core: Option<Arc<RuntimeCore>>,
    previous: *const RuntimeCore,
    depth: usize,
    _not_send: PhantomData<*mut ()>,
}

// SAFETY: tokio's guard is `Sync`; a shared reference to it gives access to nothing.
unsafe impl Sync for SetCurrent {}

impl SetCurrent {
    /// Makes `core` the current runtime.
    pub fn new(core: Arc<RuntimeCore>) -> Self {
        block::with(|block| {
            let depth = block.depth.get() + 1;
            block.depth.set(depth);
            let previous = block.runtime.replace(Arc::as_ptr(&core));
            SetCurrent {
                core: Some(core),
                previous,
                depth,
                _not_send: PhantomData,
            }
        })
    }
}

impl Drop for SetCurrent {
    #[track_caller]
    fn drop(&mut self) {
        let in_order = block::with(|block| {
            if block.depth.get() != self.depth {
                return false;
            }
            block.depth.set(self.depth - 1);
            block.runtime.set(self.previous);
            true
        });
        if in_order {
            return;
        }
        // The block may still point to this core: leak the reference so that it stays valid.
        std::mem::forget(self.core.take());
        if !std::thread::panicking() {
            panic!(
                "`EnterGuard` values dropped out of order. Guards returned by \
                 `tokio::runtime::Handle::enter()` must be dropped in the reverse \
                 order as they were acquired."
            );
        }
    }
}
