//! A timer's place in a runtime's wheels, from the side of the future that owns it.
//!
//! A registration knows its runtime from the start, by one of its shards and by its id. It enters
//! a wheel only when it is first polled: that of the worker that polls it. Later polls, resets and
//! the drop deal with this shard, on any thread. While it is in a wheel, only an earlier deadline,
//! another waker and the drop take the shard's lock.

use std::fmt;
use std::pin::Pin;
use std::ptr::NonNull;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use vitte_context::clock;
use vitte_context::runtime::{self, RuntimeCore};
use vitte_context::trace::sleep_for;

use super::shard::{Shard, ShardState};
use super::{Hub, Wheels};
use crate::moment::Moment;
use crate::wheel::{Entry, State};

/// What tokio says in a runtime that was built without timers.
const DISABLED: &str = "A Tokio 1.x context was found, but timers are disabled. \
    Call `enable_time` on the runtime builder to enable timers.";

/// One timer's membership in the wheels of one runtime.
pub(crate) struct Registration {
    /// A shard of the runtime; the one whose wheel the entry is in, if it is in any.
    shard: &'static Shard,
    /// The entry. Its tag is the runtime's id.
    entry: Entry,
}

impl Registration {
    /// A registration with the current runtime. It is in no wheel yet.
    ///
    /// # Panics
    ///
    /// Outside of a runtime, and in one without timers, with tokio's message.
    #[inline]
    #[track_caller]
    pub(crate) fn new(deadline: Instant) -> Self {
        match here() {
            Some(here) => Self::at(here, deadline),
            None => no_timers(),
        }
    }

    /// A registration with the current runtime for `duration` from now; `None` if that instant
    /// cannot be represented.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new), but only if the instant can be represented.
    #[inline]
    #[track_caller]
    pub(crate) fn after(duration: Duration) -> Option<Self> {
        let (now, here) = now_and_here();
        let deadline = now.checked_add(duration)?;
        match here {
            Some(here) => Some(Self::at(here, deadline)),
            None => no_timers(),
        }
    }

    #[inline]
    fn at(here: Here, deadline: Instant) -> Self {
        Registration {
            shard: here.shard,
            entry: Entry::new(here.id, deadline),
        }
    }

    /// When it is due.
    #[inline]
    pub(crate) fn deadline(&self) -> Instant {
        self.entry.deadline()
    }

    /// Whether the deadline has passed, or the runtime has shut down, as of the last poll or of
    /// what the driver has done since.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.entry.state(), State::Fired | State::Closed)
    }

    /// Ready once the deadline has passed; registers with this worker's shard if need be.
    ///
    /// # Panics
    ///
    /// When the runtime has shut down.
    #[inline]
    pub(crate) fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // SAFETY: `self` is the owner, exclusively, and has just seen the entry armed.
        if self.entry.is_armed() && unsafe { self.entry.will_wake(cx.waker()) } {
            return Poll::Pending;
        }
        self.poll_changed(cx)
    }

    /// [`poll`](Self::poll) of an entry that is not in a wheel, or with another waker.
    #[inline(never)]
    fn poll_changed(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if !self.shard.is_lent_to(self.entry.tag) {
            return self.poll_after_the_end();
        }
        match self.entry.state() {
            State::Idle => {}
            State::Overtaken => self.entry.rearm_later(self.deadline()),
            State::Armed => return self.change_waker(cx),
            State::Fired => return Poll::Ready(()),
            State::Closed => shut_down(),
        }
        self.register(cx)
    }

    /// Moves the deadline. An entry that is in a wheel stays there, with its waker; one that is
    /// not enters a wheel when it is polled next.
    #[inline]
    pub(crate) fn reset(self: Pin<&mut Self>, deadline: Instant) {
        if !self.entry.is_armed() {
            return self.entry.rearm_later(deadline);
        }
        if !self.entry.extend(Moment::of(deadline)) {
            self.move_entry(deadline);
        }
    }

    /// The runtime has shut down. Only its end lets a timer fire before its deadline; see
    /// [`Wheels::fire_at_shutdown`].
    #[cold]
    fn poll_after_the_end(&self) -> Poll<()> {
        let has_fired = matches!(self.entry.state(), State::Fired | State::Overtaken);
        if has_fired && self.deadline() > clock::now() {
            return Poll::Ready(());
        }
        shut_down()
    }

    /// Enters the wheel of the current worker, or finds that the deadline has passed.
    #[inline]
    fn register(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.deadline();
        sleep_for(|| crate::Instant::from_std(deadline).remaining_ms());
        let deadline = Moment::of(deadline);
        let waker = cx.waker().clone();
        let id = self.entry.tag;
        if !self.shard.is_home() {
            self.as_mut().go_home();
        }
        let shard = self.shard;
        let mut guard = shard.lock();
        let ShardState { wheel, hub } = &mut *guard;
        let Some(hub) = Hub::with_id(hub, id) else {
            drop(guard);
            drop(waker);
            shut_down();
        };
        let tick = wheel.ticks().of_deadline(deadline);
        let elapsed = hub.elapsed();
        wheel.catch_up(elapsed);
        if tick <= elapsed.max(wheel.elapsed()) {
            drop(guard);
            self.entry.mark_passed();
            return Poll::Ready(());
        }
        // SAFETY: `self` is the owner and has seen the entry idle; the lock is held until the
        // entry is in the wheel.
        unsafe { self.entry.arm(deadline, waker) };
        // SAFETY: the lock is held, the entry is armed and in no wheel. It is pinned, and `drop`
        // takes it out of the wheel before its memory goes.
        unsafe { wheel.insert(NonNull::from(&self.entry), tick) };
        let unpark = to_unpark(hub, shard, tick);
        drop(guard);
        if let Some(hub) = unpark {
            hub.unpark();
        }
        Poll::Pending
    }

    /// Takes the current worker's shard for its own, before it enters a wheel.
    #[cold]
    fn go_home(self: Pin<&mut Self>) {
        let home = with_wheels(self.entry.tag, |wheels| wheels.map(Wheels::home));
        if let Some(shard) = home {
            // SAFETY: nothing is moved out of the pinned value.
            unsafe { self.get_unchecked_mut() }.shard = shard;
        }
    }

    /// Gives an armed entry another waker, or finds that it has fired meanwhile.
    fn change_waker(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let waker = cx.waker().clone();
        let state = self.shard.lock();
        let seen = self.entry.state();
        if seen == State::Armed {
            // SAFETY: `self` is the owner, the lock is held, and the entry is armed.
            let previous = unsafe { self.entry.replace_waker(waker) };
            drop(state);
            drop(previous);
            return Poll::Pending;
        }
        drop(state);
        drop(waker);
        match seen {
            State::Closed => shut_down(),
            State::Fired => Poll::Ready(()),
            _ => self.poll(cx),
        }
    }

    /// Gives an armed entry any other deadline, under the lock.
    #[cold]
    fn move_entry(self: Pin<&mut Self>, deadline: Instant) {
        let mut guard = self.shard.lock();
        if !self.entry.is_armed() {
            drop(guard);
            return self.entry.rearm_later(deadline);
        }
        let ShardState { wheel, hub } = &mut *guard;
        let moment = Moment::of(deadline);
        let Some(hub) = Hub::with_id(hub, self.entry.tag) else {
            // A shard that is being closed is going to close this entry as well.
            // SAFETY: `self` is the owner, the lock is held, and the wheel is being closed.
            return unsafe { self.entry.retarget(moment) };
        };
        let tick = wheel.ticks().of_deadline(moment);
        let elapsed = hub.elapsed().max(wheel.elapsed());
        let entry = NonNull::from(&self.entry);
        // SAFETY: the lock is held, and an armed entry is in its shard's wheel.
        if let Some(earliest) = unsafe { wheel.remove(entry) } {
            self.shard.next.cancelled(earliest);
        }
        if tick <= elapsed {
            // SAFETY: `self` is the owner, the lock is held, and the entry was just unlinked.
            let waker = unsafe { self.entry.disarm_passed(deadline) };
            drop(guard);
            // The task that polled it before sleeps, and has to be woken.
            return waker.wake();
        }
        // SAFETY: `self` is the owner, the lock is held, and the entry was just unlinked.
        unsafe { self.entry.retarget(moment) };
        // SAFETY: as in `register`.
        unsafe { wheel.insert(entry, tick) };
        let unpark = to_unpark(hub, self.shard, tick);
        drop(guard);
        if let Some(hub) = unpark {
            hub.unpark();
        }
    }

    /// Takes an entry that was seen armed out of its wheel.
    fn unlink(&mut self) {
        let mut state = self.shard.lock();
        if !self.entry.is_armed() {
            // It has fired meanwhile. What had to happen under the lock has happened.
            return;
        }
        // SAFETY: the lock is held, and an armed entry is in its shard's wheel.
        if let Some(earliest) = unsafe { state.wheel.remove(NonNull::from(&self.entry)) } {
            self.shard.next.cancelled(earliest);
        }
        // SAFETY: `self` is the owner, the lock is held, and the entry was just unlinked.
        let waker = unsafe { self.entry.disarm() };
        drop(state);
        drop(waker);
    }
}

impl Drop for Registration {
    #[inline]
    fn drop(&mut self) {
        if self.entry.is_armed() {
            self.unlink();
        }
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entry.fmt(f)
    }
}

/// The hub to unpark, if the driver sleeps beyond `tick`, which was just registered.
#[inline]
fn to_unpark(hub: &Arc<Hub>, shard: &Shard, tick: u64) -> Option<Arc<Hub>> {
    shard.next.lower(tick, &hub.horizon).then(|| hub.clone())
}

/// Where a timer is made. It is small enough to be returned in registers, so that the registration
/// itself can be built in place in the caller's crate instead of being returned and copied.
struct Here {
    shard: &'static Shard,
    /// The runtime's.
    id: u32,
}

impl Here {
    #[inline]
    fn of(core: &RuntimeCore) -> Option<Here> {
        let wheels = core.time::<Wheels>()?;
        Some(Here {
            shard: wheels.home(),
            id: wheels.hub.id,
        })
    }
}

/// The place for a new timer of the current runtime, if that has any.
#[inline(never)]
fn here() -> Option<Here> {
    runtime::with_current(|core| core.and_then(Here::of))
}

/// The current time and [`here`], from one look at the current runtime.
#[inline(never)]
fn now_and_here() -> (Instant, Option<Here>) {
    runtime::with_current(|core| match core {
        Some(core) => (core.clock().now(), Here::of(core)),
        None => (clock::system_now(), None),
    })
}

/// Says why there is no place for a timer here.
#[cold]
#[track_caller]
fn no_timers() -> ! {
    let message = runtime::with_current(|core| match core {
        Some(_) => DISABLED,
        None => runtime::NO_RUNTIME,
    });
    panic!("{message}");
}

/// Calls `f` with the current runtime's wheels, if that is the runtime with this id.
#[inline]
fn with_wheels<R>(id: u32, f: impl FnOnce(Option<&Wheels>) -> R) -> R {
    runtime::with_current(|core| {
        let wheels = core.and_then(|core| core.time::<Wheels>());
        f(wheels.filter(|wheels| wheels.hub.id == id))
    })
}

#[cold]
fn shut_down() -> ! {
    panic!("{}", runtime::SHUTTING_DOWN);
}
