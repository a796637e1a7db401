//! [`ReadBuf`]: where a read puts its bytes, and how far that memory is usable.
//!
//! The buffer has three parts, in this order, divided by two counters that this module alone
//! writes:
//!
//! ```text
//! [  filled  |  initialized, not filled  |  uninitialised  ]
//! 0 ..... filled ................. initialized ........ capacity
//! ```
//!
//! Invariant: `filled <= initialized <= capacity`, and every byte before `initialized` holds a
//! value. Both `filled` and `initialized` of the safe methods, and all soundness, rest on it.

use std::fmt;
use std::mem::MaybeUninit;

/// A byte buffer that is filled step by step, and need not have been initialised before.
///
/// It remembers how much of it is *filled* with data, and how much was ever *initialized*, so
/// that a reader that needs initialised memory zeroes each byte at most once, and one that does
/// not never zeroes any.
///
/// # Examples
///
/// ```
/// use std::mem::MaybeUninit;
/// use vitte::io::ReadBuf;
///
/// let mut memory = [MaybeUninit::uninit(); 16];
/// let mut buf = ReadBuf::uninit(&mut memory);
/// buf.put_slice(b"vitte");
/// assert_eq!(buf.filled(), b"vitte");
/// assert_eq!(buf.remaining(), 11);
/// ```
pub struct ReadBuf<'a> {
    buf: &'a mut [MaybeUninit<u8>],
    filled: usize,
    initialized: usize,
}

impl<'a> ReadBuf<'a> {
    /// Wraps a buffer that is initialised in full.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut memory = [0; 8];
    /// let buf = vitte::io::ReadBuf::new(&mut memory);
    /// assert_eq!((buf.capacity(), buf.filled().len()), (8, 0));
    /// ```
    #[inline]
    pub fn new(buf: &'a mut [u8]) -> ReadBuf<'a> {
        let initialized = buf.len();
        let bytes: *mut [u8] = buf;
        // SAFETY: `u8` and `MaybeUninit<u8>` have one layout, and the exclusive borrow lasts for
        // `'a`. Nothing here makes an initialised byte uninitialised: the safe methods only write
        // bytes, and the callers of the unsafe ones promise not to.
        let buf = unsafe { &mut *(bytes as *mut [MaybeUninit<u8>]) };
        ReadBuf {
            buf,
            filled: 0,
            initialized,
        }
    }

    /// Wraps a buffer of which nothing is known to be initialised.
    ///
    /// Use [`assume_init`](Self::assume_init) when some of it is.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::mem::MaybeUninit;
    /// use vitte::io::ReadBuf;
    ///
    /// let mut memory = [MaybeUninit::uninit(); 8];
    /// let buf = ReadBuf::uninit(&mut memory);
    /// assert!(buf.initialized().is_empty());
    /// ```
    #[inline]
    pub fn uninit(buf: &'a mut [MaybeUninit<u8>]) -> ReadBuf<'a> {
        ReadBuf {
            buf,
            filled: 0,
            initialized: 0,
        }
    }

    /// The length of the whole buffer.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.buf.len()
    }

    /// The filled part.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut memory = [0; 8];
    /// let mut buf = vitte::io::ReadBuf::new(&mut memory);
    /// buf.put_slice(b"vit");
    /// assert_eq!(buf.filled(), b"vit");
    /// ```
    #[inline]
    pub fn filled(&self) -> &[u8] {
        // SAFETY: the module's invariant: what is filled is initialised.
        unsafe { assume_init(&self.buf[..self.filled]) }
    }

    /// The filled part, to be changed.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut memory = [0; 8];
    /// let mut buf = vitte::io::ReadBuf::new(&mut memory);
    /// buf.put_slice(b"vit");
    /// buf.filled_mut().make_ascii_uppercase();
    /// assert_eq!(buf.filled(), b"VIT");
    /// ```
    #[inline]
    pub fn filled_mut(&mut self) -> &mut [u8] {
        // SAFETY: the module's invariant: what is filled is initialised.
        unsafe { assume_init_mut(&mut self.buf[..self.filled]) }
    }

    /// A new `ReadBuf` over the first `n` unfilled bytes, or over all of them if they are fewer.
    ///
    /// What is read through it has to be made known to this buffer afterwards, with
    /// [`assume_init`](Self::assume_init) and [`advance`](Self::advance).
    ///
    /// # Examples
    ///
    /// ```
    /// let mut memory = [0; 8];
    /// let mut buf = vitte::io::ReadBuf::new(&mut memory);
    /// let mut first = buf.take(3);
    /// first.put_slice(b"vit");
    /// let count = first.filled().len();
    /// buf.advance(count);
    /// assert_eq!(buf.filled(), b"vit");
    /// ```
    #[inline]
    pub fn take(&mut self, n: usize) -> ReadBuf<'_> {
        let max = self.remaining().min(n);
        // SAFETY: a `ReadBuf` never makes an initialised byte uninitialised.
        let unfilled = unsafe { self.unfilled_mut() };
        ReadBuf::uninit(&mut unfilled[..max])
    }

    /// The initialised part, which includes the filled one.
    #[inline]
    pub fn initialized(&self) -> &[u8] {
        // SAFETY: the module's invariant.
        unsafe { assume_init(&self.buf[..self.initialized]) }
    }

    /// The initialised part, which includes the filled one, to be changed.
    #[inline]
    pub fn initialized_mut(&mut self) -> &mut [u8] {
        // SAFETY: the module's invariant.
        unsafe { assume_init_mut(&mut self.buf[..self.initialized]) }
    }

    /// The whole buffer, filled or not.
    ///
    /// # Safety
    ///
    /// The caller must not make bytes uninitialised that are initialised.
    #[inline]
    pub unsafe fn inner_mut(&mut self) -> &mut [MaybeUninit<u8>] {
        self.buf
    }

    /// The unfilled part, whose beginning may be initialised.
    ///
    /// # Safety
    ///
    /// The caller must not make bytes uninitialised that are initialised.
    #[inline]
    pub unsafe fn unfilled_mut(&mut self) -> &mut [MaybeUninit<u8>] {
        &mut self.buf[self.filled..]
    }

    /// The unfilled part, after zeroing what of it was never initialised.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut memory = [0; 8];
    /// let mut buf = vitte::io::ReadBuf::new(&mut memory);
    /// buf.initialize_unfilled()[..3].copy_from_slice(b"vit");
    /// buf.advance(3);
    /// assert_eq!(buf.filled(), b"vit");
    /// ```
    #[inline]
    pub fn initialize_unfilled(&mut self) -> &mut [u8] {
        self.initialize_unfilled_to(self.remaining())
    }

    /// The first `n` bytes of the unfilled part, after zeroing what of them was never initialised.
    ///
    /// # Panics
    ///
    /// When fewer than `n` bytes are unfilled.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut memory = [0; 8];
    /// let mut buf = vitte::io::ReadBuf::new(&mut memory);
    /// buf.initialize_unfilled_to(3).copy_from_slice(b"vit");
    /// buf.advance(3);
    /// assert_eq!(buf.filled(), b"vit");
    /// ```
    #[inline]
    #[track_caller]
    pub fn initialize_unfilled_to(&mut self, n: usize) -> &mut [u8] {
        assert!(self.remaining() >= n, "n overflows remaining");
        let end = self.filled + n;
        if self.initialized < end {
            self.buf[self.initialized..end].fill(MaybeUninit::new(0));
            self.initialized = end;
        }
        // SAFETY: everything before `end` is initialised, now at the latest.
        unsafe { assume_init_mut(&mut self.buf[self.filled..end]) }
    }

    /// How many bytes are unfilled.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut memory = [0; 8];
    /// let mut buf = vitte::io::ReadBuf::new(&mut memory);
    /// buf.put_slice(b"vit");
    /// assert_eq!(buf.remaining(), 5);
    /// ```
    #[inline]
    pub fn remaining(&self) -> usize {
        self.capacity() - self.filled
    }

    /// Makes the buffer empty; what was initialised stays so.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut memory = [0; 8];
    /// let mut buf = vitte::io::ReadBuf::new(&mut memory);
    /// buf.put_slice(b"vit");
    /// buf.clear();
    /// assert!(buf.filled().is_empty());
    /// ```
    #[inline]
    pub fn clear(&mut self) {
        self.filled = 0;
    }

    /// Counts the next `n` bytes as filled.
    ///
    /// # Panics
    ///
    /// When the filled part would grow beyond the initialised one.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut memory = [0; 8];
    /// let mut buf = vitte::io::ReadBuf::new(&mut memory);
    /// buf.initialize_unfilled()[0] = b'v';
    /// buf.advance(1);
    /// assert_eq!(buf.filled(), b"v");
    /// ```
    #[inline]
    #[track_caller]
    pub fn advance(&mut self, n: usize) {
        let filled = self.filled.checked_add(n).expect("filled overflow");
        self.set_filled(filled);
    }

    /// Sets the length of the filled part, which may shrink it as well.
    ///
    /// # Panics
    ///
    /// When the filled part would grow beyond the initialised one.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut memory = [0; 8];
    /// let mut buf = vitte::io::ReadBuf::new(&mut memory);
    /// buf.put_slice(b"vit");
    /// buf.set_filled(2);
    /// assert_eq!(buf.filled(), b"vi");
    /// ```
    #[inline]
    #[track_caller]
    pub fn set_filled(&mut self, n: usize) {
        assert!(
            n <= self.initialized,
            "filled must not become larger than initialized"
        );
        self.filled = n;
    }

    /// Says that the first `n` unfilled bytes are initialised.
    ///
    /// It never shrinks the initialised part.
    ///
    /// # Safety
    ///
    /// Those bytes must lie within the buffer and hold a value.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::mem::MaybeUninit;
    /// use vitte::io::ReadBuf;
    ///
    /// let mut memory = [MaybeUninit::new(b'v'); 8];
    /// let mut buf = ReadBuf::uninit(&mut memory);
    /// // SAFETY: all of the memory holds a value.
    /// unsafe { buf.assume_init(8) };
    /// buf.advance(2);
    /// assert_eq!(buf.filled(), b"vv");
    /// ```
    #[inline]
    pub unsafe fn assume_init(&mut self, n: usize) {
        self.initialized = self.initialized.max(self.filled + n);
    }

    /// Appends `buf` to the filled part.
    ///
    /// # Panics
    ///
    /// When it does not fit.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut memory = [0; 8];
    /// let mut buf = vitte::io::ReadBuf::new(&mut memory);
    /// buf.put_slice(b"vit");
    /// buf.put_slice(b"te");
    /// assert_eq!(buf.filled(), b"vitte");
    /// ```
    #[inline]
    #[track_caller]
    pub fn put_slice(&mut self, buf: &[u8]) {
        assert!(
            self.remaining() >= buf.len(),
            "buf.len() must fit in remaining(); buf.len() = {}, remaining() = {}",
            buf.len(),
            self.remaining()
        );
        let end = self.filled + buf.len();
        let target = self.buf[self.filled..end].as_mut_ptr().cast::<u8>();
        // SAFETY: the slice that `target` was taken from has the length of `buf`, and the two
        // cannot overlap, because `self.buf` is borrowed exclusively.
        unsafe { target.copy_from_nonoverlapping(buf.as_ptr(), buf.len()) };
        self.initialized = self.initialized.max(end);
        self.filled = end;
    }
}

impl fmt::Debug for ReadBuf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadBuf")
            .field("filled", &self.filled)
            .field("initialized", &self.initialized)
            .field("capacity", &self.capacity())
            .finish()
    }
}

/// # Safety
///
/// Every byte of the slice must be initialised.
unsafe fn assume_init(bytes: &[MaybeUninit<u8>]) -> &[u8] {
    let bytes: *const [MaybeUninit<u8>] = bytes;
    // SAFETY: one layout, the same lifetime, and the caller's promise.
    unsafe { &*(bytes as *const [u8]) }
}

/// # Safety
///
/// Every byte of the slice must be initialised.
unsafe fn assume_init_mut(bytes: &mut [MaybeUninit<u8>]) -> &mut [u8] {
    let bytes: *mut [MaybeUninit<u8>] = bytes;
    // SAFETY: one layout, the same exclusive lifetime, and the caller's promise. A `u8` cannot be
    // written in a way that would make it uninitialised.
    unsafe { &mut *(bytes as *mut [u8]) }
}
