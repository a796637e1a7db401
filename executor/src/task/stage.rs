//! How far a task has come, for those who want to abort it.
//!
//! A task that is asked to end notices by itself when it is polled next. One that is suspended has
//! to be woken for that, and its waker is in the owner's registry. Two things are delicate then: the
//! task may just be about to register, and the owner may go once the task has completed. Both are
//! settled here, in one word.
//!
//! - *Abort or register first?* Both set a bit and see the other's. If the abort came first, the
//!   task finds it when it registers, and ends; if not, the aborter finds the waker.
//! - *The owner stays.* Who wants to use the registry *pins* the task, which works only while it is
//!   registered and not finished. A task that finishes while it is pinned leaves its last step,
//!   which is to take itself out of the registry, to whoever unpins it last; until then the owner
//!   waits for it. Nobody ever waits for an aborter.

use vitte_context::primitive::atomic::{AtomicU16, Ordering};
use vitte_context::primitive::hint;

/// Someone asked the task to end.
const ABORTED: u16 = 1;
/// The registry has a waker of the task.
const REGISTERED: u16 = 2;
/// The task's future is dropped and its output known.
const FINISHED: u16 = 4;
/// The bits from here on count who pins the task.
const ONE_PIN: u16 = 8;

/// See the module.
#[derive(Debug)]
pub(super) struct Stage(AtomicU16);

impl Stage {
    /// A task that was just made.
    pub(super) fn new() -> Self {
        Stage(AtomicU16::new(0))
    }

    /// Asks the task to end at its next poll.
    pub(super) fn abort(&self) {
        // Release: pairs with the Acquire in `is_aborted` and `register`: what the aborter did
        // before is seen by the destructors that the abort runs.
        self.0.fetch_or(ABORTED, Ordering::AcqRel);
    }

    #[inline]
    pub(super) fn is_aborted(&self) -> bool {
        // Acquire: pairs with the Release in `abort`.
        self.0.load(Ordering::Acquire) & ABORTED != 0
    }

    /// The registry has the waker now. Returns whether the task was aborted before that, in which
    /// case nobody will wake it, and it has to end by itself.
    pub(super) fn register(&self) -> bool {
        // Release: pairs with the Acquire in `pin`; publishes where the registry has the waker.
        // Acquire: as in `is_aborted`.
        self.0.fetch_or(REGISTERED, Ordering::AcqRel) & ABORTED != 0
    }

    /// The task has finished. Returns whether the caller takes it out of the registry; if not,
    /// someone who has pinned it will, and the owner may go at any moment.
    #[inline]
    pub(super) fn finish(&self) -> bool {
        // Relaxed: the bit is set by the task itself, inside its polls.
        if self.0.load(Ordering::Relaxed) & REGISTERED == 0 {
            // Nobody can pin it, and an abort that is overwritten came too late anyway. Release:
            // pairs with the Acquire in `is_finished`.
            self.0.store(FINISHED, Ordering::Release);
            return true;
        }
        // Release: as above, and pairs with the Acquire in `unpin`: what the task did to its owner
        // comes before what the pinner does.
        self.0.fetch_or(FINISHED, Ordering::AcqRel) < ONE_PIN
    }

    pub(super) fn is_finished(&self) -> bool {
        // Acquire: pairs with the Release in `finish`; what the task did is then visible.
        self.0.load(Ordering::Acquire) & FINISHED != 0
    }

    /// Keeps the task's owner, if the registry has a waker of the task. To be unpinned soon.
    pub(super) fn pin(&self) -> bool {
        // Acquire: pairs with the Release in `register`.
        let mut stage = self.0.load(Ordering::Acquire);
        loop {
            if stage & (REGISTERED | FINISHED) != REGISTERED {
                return false;
            }
            let Some(pinned) = stage.checked_add(ONE_PIN) else {
                // Thousands of threads abort this one task at this very moment.
                hint::spin_loop();
                stage = self.0.load(Ordering::Acquire);
                continue;
            };
            match self
                .0
                .compare_exchange_weak(stage, pinned, Ordering::AcqRel, Ordering::Acquire)
            {
                Ok(_) => return true,
                Err(actual) => stage = actual,
            }
        }
    }

    /// Takes a pin back. Returns whether the caller has to take the task out of the registry.
    #[must_use]
    pub(super) fn unpin(&self) -> bool {
        // AcqRel: pairs with `finish`, and with other calls of this: whoever does the task's last
        // step comes after all that was done under a pin.
        let stage = self.0.fetch_sub(ONE_PIN, Ordering::AcqRel);
        stage & FINISHED != 0 && stage - ONE_PIN < ONE_PIN
    }
}

#[cfg(all(test, vitte_loom))]
mod loom_tests {
    use loom::thread;
    use vitte_context::primitive::atomic::AtomicBool;
    use vitte_context::primitive::{Arc, UnsafeCell};

    use super::*;

    struct World {
        stage: Stage,
        /// Where the registry has the task: written before it registers.
        key: UnsafeCell<u32>,
        woken: AtomicBool,
        /// What the owner knows of the task: written by whoever takes it out, once.
        in_registry: UnsafeCell<bool>,
    }

    impl World {
        fn new() -> Arc<Self> {
            Arc::new(World {
                stage: Stage::new(),
                key: UnsafeCell::new(0),
                woken: AtomicBool::new(false),
                in_registry: UnsafeCell::new(false),
            })
        }

        fn register(&self) -> bool {
            self.key.with_mut(|key| unsafe { *key = 7 });
            self.in_registry
                .with_mut(|inside| unsafe { *inside = true });
            self.stage.register()
        }

        fn take_out(&self) {
            self.in_registry.with_mut(|inside| {
                assert!(unsafe { *inside }, "taken out twice");
                unsafe { *inside = false };
            });
        }

        fn is_in_registry(&self) -> bool {
            self.in_registry.with(|inside| unsafe { *inside })
        }

        fn abort(&self) {
            self.stage.abort();
            if self.stage.pin() {
                // SAFETY: loom sees whether the task writes the key meanwhile.
                assert_eq!(self.key.with(|key| unsafe { *key }), 7);
                assert!(self.is_in_registry());
                self.woken.store(true, Ordering::Relaxed);
                if self.stage.unpin() {
                    self.take_out();
                }
            }
        }
    }

    #[test]
    fn loom_abort_finds_the_waker_or_the_task_finds_the_abort() {
        loom::model(|| {
            let world = World::new();
            let aborter = thread::spawn({
                let world = world.clone();
                move || world.abort()
            });
            let ends = world.register();
            aborter.join().unwrap();
            assert!(ends || world.woken.load(Ordering::Relaxed));
        });
    }

    #[test]
    fn loom_task_is_taken_out_once_and_not_under_a_pin() {
        loom::model(|| {
            let world = World::new();
            assert!(!world.register());
            let aborters = [(); 2].map(|()| {
                let world = world.clone();
                thread::spawn(move || world.abort())
            });
            if world.stage.finish() {
                world.take_out();
            }
            for aborter in aborters {
                aborter.join().unwrap();
            }
            assert!(!world.is_in_registry());
        });
    }
}
