//! The defer list: wakers that are woken only after the next turn of the driver.
//!
//! A task that calls `yield_now` or has used up its budget must run again only after the scheduler
//! has looked at timers and sockets: if it were woken at once, two such tasks could keep a worker
//! from its driver forever. Each scheduler owns a list per worker, puts it into the thread's block
//! while it runs tasks, and wakes what is in it after a driver turn.
//!
//! A task that defers itself needs no waker in a list: it wakes itself at once, and the scheduler,
//! which gets it back when the poll ends, keeps it until after the turn. That saves two atomic
//! operations, and works where the list says that its scheduler [keeps
//! tasks](DeferList::keeping_tasks).

use std::cell::RefCell;
use std::ptr;
use std::task::Waker;

use crate::block;
use crate::panics::Panicked;

/// How the task that is being polled can be deferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum SelfDefer {
    /// By its waker, like any other.
    No,
    /// Its scheduler keeps it, if the thread's list allows that.
    Can,
    /// It was.
    Done,
}

/// The wakers that one worker's tasks deferred. Used by the owning thread alone.
#[derive(Debug, Default)]
pub struct DeferList {
    wakers: RefCell<Vec<Waker>>,
    keeps_tasks: bool,
}

impl DeferList {
    /// An empty list.
    pub const fn new() -> Self {
        DeferList {
            wakers: RefCell::new(Vec::new()),
            keeps_tasks: false,
        }
    }

    /// An empty list of a scheduler that keeps tasks which defer themselves; see the module.
    pub const fn keeping_tasks() -> Self {
        DeferList {
            wakers: RefCell::new(Vec::new()),
            keeps_tasks: true,
        }
    }

    /// Adds a waker, unless the last one added wakes the same task. Returns whether it did.
    pub fn push(&self, waker: &Waker) -> bool {
        let is_last = |wakers: &Vec<Waker>| wakers.last().is_some_and(|last| last.will_wake(waker));
        if is_last(&self.wakers.borrow()) {
            return false;
        }
        // The list is not borrowed here: cloning may run foreign code, which may defer as well.
        let waker = waker.clone();
        self.wakers.borrow_mut().push(waker);
        true
    }

    /// Whether nothing waits here.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.wakers.borrow().is_empty()
    }

    /// How many wakers wait here.
    pub fn len(&self) -> usize {
        self.wakers.borrow().len()
    }

    /// Wakes everything in the order in which it was deferred.
    ///
    /// The list is not borrowed while a waker runs: waking may defer again.
    pub fn wake_all(&self) {
        if self.is_empty() {
            return;
        }
        let mut wakers = self.wakers.take();
        let mut panicked = Panicked::default();
        for waker in wakers.drain(..) {
            panicked.call(|| waker.wake());
        }
        // Give the allocation back, unless waking filled a new one.
        let mut current = self.wakers.borrow_mut();
        if current.is_empty() {
            *current = wakers;
        }
        drop(current);
        panicked.resume();
    }
}

/// Wakes `waker` after the scheduler's next driver turn, or at once outside of a scheduler.
///
/// Returns false if that was arranged already.
pub fn defer(waker: &Waker) -> bool {
    let list = block::with(|block| block.defer.get());
    if list.is_null() {
        waker.wake_by_ref();
        return true;
    }
    // SAFETY: `DeferGuard` put the pointer there, borrows the list and takes the pointer out when
    // it drops; it cannot leave this thread.
    let list = unsafe { &*list };
    let self_defer = block::with(|block| block.self_defer.get());
    if self_defer == SelfDefer::No || !list.keeps_tasks || !block::is_current_task(waker) {
        return list.push(waker);
    }
    block::with(|block| block.self_defer.set(SelfDefer::Done));
    if self_defer == SelfDefer::Can {
        waker.wake_by_ref();
    }
    self_defer == SelfDefer::Can
}

/// Makes `list` the place where this thread defers, until the guard drops.
#[derive(Debug)]
pub struct DeferGuard<'a> {
    previous: *const DeferList,
    _list: &'a DeferList,
}

impl<'a> DeferGuard<'a> {
    /// Installs the list.
    pub fn new(list: &'a DeferList) -> Self {
        let previous = block::with(|block| block.defer.replace(list));
        DeferGuard {
            previous,
            _list: list,
        }
    }
}

impl Drop for DeferGuard<'_> {
    fn drop(&mut self) {
        block::with(|block| block.defer.set(self.previous));
    }
}

/// Runs `f` with no defer list: what it defers is woken at once.
///
/// For code that blocks the thread inside a worker (`block_in_place`), after which the list's
/// owner may be another thread.
pub fn without_defer<R>(f: impl FnOnce() -> R) -> R {
    struct Restore(*const DeferList);
    impl Drop for Restore {
        fn drop(&mut self) {
            block::with(|block| block.defer.set(self.0));
        }
    }
    let _restore = Restore(block::with(|block| block.defer.replace(ptr::null())));
    f()
}
