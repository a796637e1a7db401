//! Which events of an owner's tasks somebody listens to: one byte per owner.
//!
//! An owner's byte is set before it has tasks, and does not change. It lies beside the flag that
//! every poll reads anyway; unless it is set, a poll calls nothing. Who listens, and what is done
//! about an event, is not known here: see [`OwnerEvents`](super::owner::OwnerEvents).

/// A set of kinds of events; usually empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listeners(u8);

impl Listeners {
    pub(crate) const NOTHING: Listeners = Listeners(0);
    /// The beginning and end of each poll, and the end of each task: there are hooks.
    pub(crate) const HOOKS: Listeners = Listeners(1);
    /// A task's panic: it ends the owner.
    pub(crate) const PANICS: Listeners = Listeners(2);
    /// How long tasks that are ready wait for their poll: it is measured.
    pub(crate) const LATENCY: Listeners = Listeners(4);

    pub(super) fn from_bits(bits: u8) -> Listeners {
        Listeners(bits)
    }

    pub(super) fn bits(self) -> u8 {
        self.0
    }

    /// Both of them, if the condition holds.
    pub(crate) fn with(self, other: Listeners, condition: bool) -> Listeners {
        if condition {
            Listeners(self.0 | other.0)
        } else {
            self
        }
    }

    #[inline]
    pub(crate) fn is_anything(self) -> bool {
        self.0 != 0
    }

    #[inline]
    pub(crate) fn includes(self, other: Listeners) -> bool {
        self.0 & other.0 != 0
    }
}
