//! [`Interest`]: what a source is registered for, or what a task waits for.

use std::fmt;
use std::ops;

const READABLE: u8 = 0b00_0001;
const WRITABLE: u8 = 0b00_0010;
const PRIORITY: u8 = 0b01_0000;
const ERROR: u8 = 0b10_0000;

/// The readiness events that someone is interested in.
///
/// # Examples
///
/// ```
/// use vitte::io::Interest;
///
/// let both = Interest::READABLE | Interest::WRITABLE;
/// assert!(both.is_readable() && both.is_writable());
/// assert_eq!(both.remove(Interest::WRITABLE), Some(Interest::READABLE));
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Interest(u8);

impl Interest {
    /// Data can be read, or the reading side was closed.
    pub const READABLE: Interest = Interest(READABLE);

    /// Data can be written, or the writing side was closed.
    pub const WRITABLE: Interest = Interest(WRITABLE);

    /// The source reports an error. How, and whether, depends on the platform.
    pub const ERROR: Interest = Interest(ERROR);

    /// Urgent data can be read, or the reading side was closed.
    pub const PRIORITY: Interest = Interest(PRIORITY);

    /// Whether readable events are included.
    pub const fn is_readable(self) -> bool {
        self.0 & READABLE != 0
    }

    /// Whether writable events are included.
    pub const fn is_writable(self) -> bool {
        self.0 & WRITABLE != 0
    }

    /// Whether errors are included.
    pub const fn is_error(self) -> bool {
        self.0 & ERROR != 0
    }

    /// Whether urgent data is included.
    pub const fn is_priority(self) -> bool {
        self.0 & PRIORITY != 0
    }

    /// Both interests together. The same as `|`, for constants.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::io::Interest;
    ///
    /// const BOTH: Interest = Interest::READABLE.add(Interest::WRITABLE);
    /// assert!(BOTH.is_readable() && BOTH.is_writable());
    /// ```
    #[must_use = "this returns the result of the operation, without modifying the original"]
    pub const fn add(self, other: Interest) -> Interest {
        Self(self.0 | other.0)
    }

    /// What is left without `other`; `None` if nothing is.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::io::Interest;
    ///
    /// assert_eq!(Interest::READABLE.remove(Interest::READABLE), None);
    /// ```
    #[must_use = "this returns the result of the operation, without modifying the original"]
    pub fn remove(self, other: Interest) -> Option<Interest> {
        match self.0 & !other.0 {
            0 => None,
            left => Some(Self(left)),
        }
    }
}

impl ops::BitOr for Interest {
    type Output = Self;

    #[inline]
    fn bitor(self, other: Self) -> Self {
        self.add(other)
    }
}

impl ops::BitOrAssign for Interest {
    #[inline]
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

impl fmt::Debug for Interest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (self.is_readable(), "READABLE"),
            (self.is_writable(), "WRITABLE"),
            (self.is_priority(), "PRIORITY"),
            (self.is_error(), "ERROR"),
        ];
        let mut separator = "";
        for (_, name) in names.iter().filter(|(included, _)| *included) {
            write!(f, "{separator}{name}")?;
            separator = " | ";
        }
        Ok(())
    }
}
