//! [`ReadToEnd`], and the growing of a vector that it shares with reading into a string.

use std::future::Future;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::future::borrowing_future;
use crate::io::{AsyncRead, ReadBuf};

/// The least room in the vector that a read is started with. Growth beyond it is the vector's own,
/// which doubles, so that a long stream is not copied too often.
const ROOM_MIN: usize = 32;

/// How far reading a stream into a vector has got.
///
/// Invariant: `vec.len() <= initialized <= vec.capacity()`, and the bytes of the vector's memory
/// before `initialized` hold values. [`poll`](Self::poll) upholds it; its callers leave the vector
/// alone between two calls.
#[derive(Debug)]
pub(super) struct Progress {
    /// The vector's length at the beginning.
    starting_len: usize,
    initialized: usize,
    starting_capacity: usize,
}

impl Progress {
    pub(super) fn new(vec: &Vec<u8>) -> Self {
        Progress {
            starting_len: vec.len(),
            initialized: vec.len(),
            starting_capacity: vec.capacity(),
        }
    }

    /// How many bytes have been appended so far, whatever became of the last read.
    pub(super) fn read(&self, vec: &[u8]) -> usize {
        vec.len() - self.starting_len
    }

    /// Reads to the end of the stream, appends everything to `vec`, and returns how much it was.
    ///
    /// # Safety
    ///
    /// `vec` must be the vector that this was made from, untouched but for calls of this function.
    pub(super) unsafe fn poll<R: AsyncRead + ?Sized>(
        &mut self,
        vec: &mut Vec<u8>,
        mut reader: Pin<&mut R>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        loop {
            let before = vec.len();
            let polled = if self.may_end_exactly(vec) {
                self.poll_aside(vec, reader.as_mut(), cx)
            } else {
                // SAFETY: the caller's promise, passed on.
                unsafe { self.poll_into(vec, reader.as_mut(), cx) }
            };
            match ready!(polled) {
                Ok(()) if vec.len() == before => return Poll::Ready(Ok(self.read(vec))),
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    /// Whether the vector is about as full as the caller made it for: then the stream probably ends
    /// here, and growing before the read that says so would be a waste.
    fn may_end_exactly(&self, vec: &Vec<u8>) -> bool {
        vec.capacity() - vec.len() < ROOM_MIN
            && vec.capacity() == self.starting_capacity
            && self.starting_capacity >= ROOM_MIN
    }

    /// One read into a small buffer beside the vector, which grows only if there is something.
    fn poll_aside<R: AsyncRead + ?Sized>(
        &mut self,
        vec: &mut Vec<u8>,
        reader: Pin<&mut R>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let mut memory = [MaybeUninit::uninit(); ROOM_MIN];
        let mut buf = ReadBuf::uninit(&mut memory);
        let polled = reader.poll_read(cx, &mut buf);
        let read = buf.filled();
        if read.len() > vec.capacity() - vec.len() {
            self.reserve(vec);
        }
        vec.extend_from_slice(read);
        self.initialized = self.initialized.max(vec.len());
        polled
    }

    /// One read into the unused memory of the vector.
    ///
    /// # Safety
    ///
    /// As [`poll`](Self::poll).
    unsafe fn poll_into<R: AsyncRead + ?Sized>(
        &mut self,
        vec: &mut Vec<u8>,
        reader: Pin<&mut R>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        self.reserve(vec);
        let len = vec.len();
        let mut buf = ReadBuf::uninit(vec.spare_capacity_mut());
        // SAFETY: the invariant: the spare memory is initialised up to there.
        unsafe { buf.assume_init(self.initialized - len) };
        let start = buf.filled().as_ptr();
        let polled = reader.poll_read(cx, &mut buf);
        // A reader in safe code may have put another `ReadBuf` in the place of ours.
        assert_eq!(start, buf.filled().as_ptr());
        let read = buf.filled().len();
        self.initialized = len + buf.initialized().len();
        // SAFETY: `buf` is still the spare memory, and its first `read` bytes are filled, hence
        // initialised and within the capacity.
        unsafe { vec.set_len(len + read) };
        polled
    }

    fn reserve(&mut self, vec: &mut Vec<u8>) {
        if vec.capacity() - vec.len() < ROOM_MIN {
            // Growing copies the vector's bytes alone; what lay initialised behind them is lost.
            self.initialized = vec.len();
            vec.reserve(ROOM_MIN);
        }
    }
}

borrowing_future! {
    /// The future of [`AsyncReadExt::read_to_end`](super::AsyncReadExt::read_to_end).
    pub struct ReadToEnd<'a, R: ?Sized> {
        reader: &'a mut R,
        buf: &'a mut Vec<u8>,
        = progress: Progress = Progress::new(buf),
    }
}

impl<R> Future for ReadToEnd<'_, R>
where
    R: AsyncRead + Unpin + ?Sized,
{
    type Output = io::Result<usize>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let this = self.project();
        let reader = Pin::new(&mut **this.reader);
        // SAFETY: `progress` was made from `buf` in `new`; `buf` is borrowed exclusively since
        // then, and nothing else here uses it.
        unsafe { this.progress.poll(this.buf, reader, cx) }
    }
}
