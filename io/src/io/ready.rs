//! [`Ready`]: what the operating system said that a source is ready for.

use std::fmt;
use std::ops;

use super::Interest;

const READABLE: u16 = 0b00_0001;
const WRITABLE: u16 = 0b00_0010;
const READ_CLOSED: u16 = 0b00_0100;
const WRITE_CLOSED: u16 = 0b00_1000;
const PRIORITY: u16 = 0b01_0000;
const ERROR: u16 = 0b10_0000;

/// A set of readiness states of a source.
///
/// # Examples
///
/// ```
/// use vitte::io::Ready;
///
/// let ready = Ready::READ_CLOSED;
/// // A read from a closed source returns at once: that counts as readable.
/// assert!(ready.is_readable() && ready.is_read_closed());
/// assert!(!ready.is_writable());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ready(u16);

impl Ready {
    /// Ready for nothing.
    pub const EMPTY: Ready = Ready(0);

    /// Data can be read.
    pub const READABLE: Ready = Ready(READABLE);

    /// Data can be written.
    pub const WRITABLE: Ready = Ready(WRITABLE);

    /// The reading side is closed.
    pub const READ_CLOSED: Ready = Ready(READ_CLOSED);

    /// The writing side is closed.
    pub const WRITE_CLOSED: Ready = Ready(WRITE_CLOSED);

    /// Urgent data can be read.
    pub const PRIORITY: Ready = Ready(PRIORITY);

    /// The source reports an error.
    pub const ERROR: Ready = Ready(ERROR);

    /// Every state.
    pub const ALL: Ready =
        Ready(READABLE | WRITABLE | READ_CLOSED | WRITE_CLOSED | ERROR | PRIORITY);

    /// Whether no state is set.
    #[inline]
    pub fn is_empty(self) -> bool {
        self == Ready::EMPTY
    }

    /// Whether a read would return at once: readable or closed for reading.
    #[inline]
    pub fn is_readable(self) -> bool {
        self.0 & (READABLE | READ_CLOSED) != 0
    }

    /// Whether a write would return at once: writable or closed for writing.
    #[inline]
    pub fn is_writable(self) -> bool {
        self.0 & (WRITABLE | WRITE_CLOSED) != 0
    }

    /// Whether the reading side is closed.
    #[inline]
    pub fn is_read_closed(self) -> bool {
        self.0 & READ_CLOSED != 0
    }

    /// Whether the writing side is closed.
    #[inline]
    pub fn is_write_closed(self) -> bool {
        self.0 & WRITE_CLOSED != 0
    }

    /// Whether urgent data can be read.
    #[inline]
    pub fn is_priority(self) -> bool {
        self.0 & PRIORITY != 0
    }

    /// Whether the source reports an error.
    #[inline]
    pub fn is_error(self) -> bool {
        self.0 & ERROR != 0
    }

    /// The states that satisfy an interest. Closed ones do: a closed source never blocks.
    #[inline]
    pub(crate) const fn from_interest(interest: Interest) -> Ready {
        let mut bits = 0;
        if interest.is_readable() {
            bits |= READABLE | READ_CLOSED;
        }
        if interest.is_writable() {
            bits |= WRITABLE | WRITE_CLOSED;
        }
        if interest.is_priority() {
            bits |= PRIORITY | READ_CLOSED;
        }
        if interest.is_error() {
            bits |= ERROR;
        }
        Ready(bits)
    }

    /// The set as it lies in a source's readiness word.
    #[inline]
    pub(crate) const fn bits(self) -> u16 {
        self.0
    }

    /// The set that [`bits`](Self::bits) was taken of.
    #[inline]
    pub(crate) const fn from_bits(bits: u16) -> Ready {
        Ready(bits & Ready::ALL.0)
    }
}

impl ops::BitOr<Ready> for Ready {
    type Output = Ready;

    #[inline]
    fn bitor(self, other: Ready) -> Ready {
        Ready(self.0 | other.0)
    }
}

impl ops::BitOrAssign<Ready> for Ready {
    #[inline]
    fn bitor_assign(&mut self, other: Ready) {
        self.0 |= other.0;
    }
}

impl ops::BitAnd<Ready> for Ready {
    type Output = Ready;

    #[inline]
    fn bitand(self, other: Ready) -> Ready {
        Ready(self.0 & other.0)
    }
}

impl ops::Sub<Ready> for Ready {
    type Output = Ready;

    #[inline]
    fn sub(self, other: Ready) -> Ready {
        Ready(self.0 & !other.0)
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ready")
            .field("is_readable", &self.is_readable())
            .field("is_writable", &self.is_writable())
            .field("is_read_closed", &self.is_read_closed())
            .field("is_write_closed", &self.is_write_closed())
            .field("is_error", &self.is_error())
            .field("is_priority", &self.is_priority())
            .finish()
    }
}
