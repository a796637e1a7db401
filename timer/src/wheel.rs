//! The wheel: all timers of one shard, ordered by deadline. Pure: its caller tells it the time.
//!
//! Time is counted in ticks, and a tick's number is read as digits to the base 64. There is a
//! level per digit. A timer hangs in the level of the highest digit in which its tick differs
//! from `elapsed`, the last tick that the wheel has dealt with, in the slot that this digit
//! names:
//!
//! ```text
//!   elapsed   …  3  17  40        3 · 17 · 52  →  level 0, slot 52
//!                                 3 · 20 ·  0  →  level 1, slot 20
//!                                 4 ·  0 ·  9  →  level 2, slot 4
//! ```
//!
//! Two things follow from this. First, all timers of a level come before all timers of the levels
//! above, and within a level the slots come in order. So the next slot is the first occupied one
//! of the lowest occupied level, found by two looks at bit masks. Second, two timers of one tick
//! are always in one slot: when `elapsed` enters the range of a slot, that slot is emptied and its
//! timers move down, in their order, so the older one cannot be left on a higher level. Timers of
//! one tick therefore fire in the order in which they were registered.
//!
//! Deadlines further away than the top level reaches wrap around: they hang in the top level's
//! slot that their digit names and, when the slot's turn comes, hang themselves there again.
//!
//! Each slot remembers its earliest tick, so that a driver that sleeps until [`Wheel::next`]
//! wakes up once, for the timer itself and not for moving it down. A cancelled timer does not
//! raise that tick and an extended one does not move at once: `next` may be too early.
//!
//! The caller keeps a wheel behind a lock. Nothing here allocates, locks, wakes or reads a clock.

mod entry;
mod list;
#[cfg(all(test, vitte_loom))]
mod loom_model;
#[cfg(all(test, not(vitte_loom)))]
mod tests;

use std::ptr::NonNull;

pub(crate) use entry::{Entry, State};
use list::List;

use crate::ticks::Ticks;

const DIGIT_BITS: u32 = 6;
const SLOTS: usize = 1 << DIGIT_BITS;
const LEVELS: usize = 6;
const TOP: usize = LEVELS - 1;

/// The index, in an entry, of the list of timers that are due. The others count through the
/// slots, level by level.
const DUE: usize = LEVELS * SLOTS;

#[derive(Debug, Clone, Copy)]
struct Slot {
    list: List,
    /// No timer of this slot comes before this tick. Means nothing while the slot is empty.
    earliest: u64,
}

/// All timers of one shard.
#[derive(Debug)]
pub(crate) struct Wheel {
    /// What a deadline is in ticks.
    ticks: Ticks,
    /// Timers of this tick and before have fired or are in `due`.
    elapsed: u64,
    /// How many timers there are.
    len: usize,
    /// One bit per slot that holds a timer.
    occupied: [u64; LEVELS],
    /// Timers that are due and wait to be taken.
    due: List,
    slots: [Slot; LEVELS * SLOTS],
}

// SAFETY: the pointers lead to entries, which are `Send` and `Sync`, and which the contract of
// `insert` keeps alive.
unsafe impl Send for Wheel {}

impl Wheel {
    pub(crate) fn new(ticks: Ticks) -> Self {
        Wheel {
            ticks,
            elapsed: 0,
            len: 0,
            occupied: [0; LEVELS],
            due: List::EMPTY,
            slots: [Slot {
                list: List::EMPTY,
                earliest: 0,
            }; LEVELS * SLOTS],
        }
    }

    /// What a deadline is in this wheel's ticks.
    #[inline]
    pub(crate) fn ticks(&self) -> Ticks {
        self.ticks
    }

    /// The last tick whose timers have fired.
    #[inline]
    pub(crate) fn elapsed(&self) -> u64 {
        self.elapsed
    }

    /// How many timers the wheel holds.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Tells an empty wheel the time, so that new timers enter the lowest possible level.
    #[inline]
    pub(crate) fn catch_up(&mut self, now: u64) {
        if self.len == 0 && now > self.elapsed {
            self.elapsed = now;
        }
    }

    /// Adds an entry, to fire at `tick`, which is after [`elapsed`](Self::elapsed).
    ///
    /// # Safety
    ///
    /// The caller holds the wheel's lock and has armed the entry, which is in no wheel. The entry
    /// stays alive and in place until [`remove`](Self::remove) or [`pop`](Self::pop) returns it.
    #[inline]
    pub(crate) unsafe fn insert(&mut self, entry: NonNull<Entry>, tick: u64) {
        debug_assert!(tick > self.elapsed);
        self.len += 1;
        // SAFETY: the caller's promise is the one that `place` asks for.
        unsafe { self.place(entry, tick) };
    }

    /// Takes an entry out. Returns the slot's earliest tick if the slot is empty now, because the
    /// wheel's next deadline may have changed then.
    ///
    /// # Safety
    ///
    /// The caller holds the wheel's lock; the entry is in this wheel.
    #[inline]
    pub(crate) unsafe fn remove(&mut self, entry: NonNull<Entry>) -> Option<u64> {
        self.len -= 1;
        // SAFETY: an entry of the wheel is alive, and the caller holds the lock.
        let index = unsafe { Entry::list(entry) };
        if index == DUE {
            // SAFETY: `list` says that it is in this list; the caller holds the lock.
            unsafe { self.due.remove(entry) };
            return None;
        }
        let slot = &mut self.slots[index];
        // SAFETY: as above.
        unsafe { slot.list.remove(entry) };
        if !slot.list.is_empty() {
            return None;
        }
        self.occupied[index / SLOTS] &= !(1 << (index % SLOTS));
        Some(slot.earliest)
    }

    /// When the wheel next has something to do, or somewhat earlier; `None` if it is empty.
    pub(crate) fn next(&self) -> Option<u64> {
        if !self.due.is_empty() {
            return Some(self.elapsed);
        }
        let level = self.lowest_level()?;
        let first = self.first_slot(level);
        if level < TOP {
            return Some(self.slots[level * SLOTS + first].earliest);
        }
        // Timers that wrap around may hang before nearer ones.
        (0..SLOTS)
            .filter(|slot| self.occupied[TOP] & 1 << slot != 0)
            .map(|slot| self.slots[TOP * SLOTS + slot].earliest)
            .min()
    }

    /// Takes the next entry whose tick is not after `now`. The entry has left the wheel, but is
    /// still armed: [fire](Entry::fire) it, or [insert](Self::insert) it again.
    ///
    /// # Safety
    ///
    /// The caller holds the wheel's lock.
    #[inline]
    pub(crate) unsafe fn pop(&mut self, now: u64) -> Option<NonNull<Entry>> {
        loop {
            // SAFETY: the caller holds the lock.
            if let Some(entry) = unsafe { self.due.pop_front() } {
                self.len -= 1;
                return Some(entry);
            }
            let Some((index, start)) = self.next_slot().filter(|&(_, start)| start <= now) else {
                // Nothing is skipped: every occupied slot starts after `now`.
                self.elapsed = self.elapsed.max(now);
                return None;
            };
            self.elapsed = start;
            // SAFETY: the caller holds the lock.
            unsafe { self.empty_slot(index) };
        }
    }

    /// Takes any entry, whatever its tick. As [`pop`](Self::pop) otherwise.
    ///
    /// # Safety
    ///
    /// The caller holds the wheel's lock.
    pub(crate) unsafe fn pop_any(&mut self) -> Option<NonNull<Entry>> {
        // SAFETY: the caller holds the lock.
        if let Some(entry) = unsafe { self.due.pop_front() } {
            self.len -= 1;
            return Some(entry);
        }
        let (index, _) = self.next_slot()?;
        // SAFETY: an occupied slot has a first entry; the caller holds the lock.
        let entry = unsafe { self.slots[index].list.pop_front() }?;
        self.len -= 1;
        if self.slots[index].list.is_empty() {
            self.occupied[index / SLOTS] &= !(1 << (index % SLOTS));
        }
        Some(entry)
    }

    /// Hangs an entry where it belongs, seen from `elapsed`.
    ///
    /// # Safety
    ///
    /// As for [`insert`](Self::insert), except that the entry is counted in `len` already.
    #[inline]
    unsafe fn place(&mut self, entry: NonNull<Entry>, tick: u64) {
        if tick <= self.elapsed {
            // SAFETY: the caller promises that the entry is alive and the lock held.
            unsafe { Entry::set_list(entry, DUE) };
            // SAFETY: as above, and in no list.
            unsafe { self.due.push_back(entry) };
            return;
        }
        let level = level_of(self.elapsed, tick);
        let digit = digit_of(tick, level);
        let index = level * SLOTS + digit;
        let slot = &mut self.slots[index];
        if slot.list.is_empty() {
            slot.earliest = tick;
            self.occupied[level] |= 1 << digit;
        } else {
            slot.earliest = slot.earliest.min(tick);
        }
        // SAFETY: the caller promises that the entry is alive and the lock held.
        unsafe { Entry::set_list(entry, index) };
        // SAFETY: as above, and in no list.
        unsafe { slot.list.push_back(entry) };
    }

    /// Moves the timers of a slot to where they belong now.
    ///
    /// # Safety
    ///
    /// The caller holds the wheel's lock.
    unsafe fn empty_slot(&mut self, index: usize) {
        self.occupied[index / SLOTS] &= !(1 << (index % SLOTS));
        let mut list = std::mem::take(&mut self.slots[index].list);
        // SAFETY: the entries are the wheel's, and the caller holds the lock.
        while let Some(entry) = unsafe { list.pop_front() } {
            // SAFETY: an entry of the wheel is alive.
            let tick = unsafe { entry.as_ref() }.target(self.ticks);
            // SAFETY: it was in the wheel, and is in no list now.
            unsafe { self.place(entry, tick) };
        }
    }

    fn lowest_level(&self) -> Option<usize> {
        self.occupied.iter().position(|&mask| mask != 0)
    }

    /// The occupied slot of an occupied level whose turn comes first.
    fn first_slot(&self, level: usize) -> usize {
        let mask = self.occupied[level];
        if level < TOP {
            return mask.trailing_zeros() as usize;
        }
        // The current digit's own slot comes last, after a whole turn.
        let after = digit_of(self.elapsed, TOP) as u32 + 1;
        let distance = mask.rotate_right(after % SLOTS as u32).trailing_zeros();
        (after + distance) as usize % SLOTS
    }

    /// The slot whose turn comes next, and its first tick.
    fn next_slot(&self) -> Option<(usize, u64)> {
        let level = self.lowest_level()?;
        let slot = self.first_slot(level);
        let shift = DIGIT_BITS * level as u32;
        let turn = self.elapsed >> (shift + DIGIT_BITS);
        let mut start = (turn << DIGIT_BITS | slot as u64) << shift;
        if start <= self.elapsed {
            debug_assert_eq!(level, TOP);
            start += 1 << (shift + DIGIT_BITS);
        }
        Some((level * SLOTS + slot, start))
    }
}

/// The level of the highest digit in which `tick` differs from `elapsed`.
#[inline]
fn level_of(elapsed: u64, tick: u64) -> usize {
    let highest = 63 - ((elapsed ^ tick) | 1).leading_zeros();
    ((highest / DIGIT_BITS) as usize).min(TOP)
}

#[inline]
fn digit_of(tick: u64, level: usize) -> usize {
    (tick >> (DIGIT_BITS * level as u32)) as usize % SLOTS
}
