//! The state word of a `Notify`: a condition, and how often `notify_waiters` was called.

/// What the calls are counted in; below it lies the condition.
pub(super) const CALL: usize = 1 << 2;

const CONDITION: usize = CALL - 1;
const EMPTY: usize = 0;
const WAITING: usize = 1;
const NOTIFIED: usize = 2;

/// What a `Notify` has at hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Condition {
    /// No permit, and no task waits.
    Empty,
    /// Tasks wait; hence no permit.
    Waiting,
    /// A permit; hence no task waits.
    Notified,
}

/// The word at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Snapshot(usize);

impl Snapshot {
    #[inline]
    pub(super) fn from_word(word: usize) -> Self {
        Snapshot(word)
    }

    #[inline]
    pub(super) fn word(self) -> usize {
        self.0
    }

    #[inline]
    pub(super) fn condition(self) -> Condition {
        match self.0 & CONDITION {
            EMPTY => Condition::Empty,
            WAITING => Condition::Waiting,
            _ => Condition::Notified,
        }
    }

    #[inline]
    pub(super) fn with(self, condition: Condition) -> Self {
        let bits = match condition {
            Condition::Empty => EMPTY,
            Condition::Waiting => WAITING,
            Condition::Notified => NOTIFIED,
        };
        Snapshot(self.0 & !CONDITION | bits)
    }

    /// One more call of `notify_waiters`.
    pub(super) fn next_call(self) -> Self {
        Snapshot(self.0.wrapping_add(CALL))
    }

    /// How often `notify_waiters` was called; wraps around.
    #[inline]
    pub(super) fn calls(self) -> usize {
        self.0 / CALL
    }
}
