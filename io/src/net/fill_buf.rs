//! Receiving into the buffers that callers bring: slices, [`ReadBuf`]s, and types that implement
//! `BufMut`.

use std::io;
use std::mem::MaybeUninit;
use std::task::{Context, Poll, ready};

use crate::io::ReadBuf;
use crate::reactor::{Direction, Source, advance};

/// Receives into the spare capacity of `buf` and advances it.
pub(crate) fn fill_buf<B: bytes::BufMut, R: Received>(
    buf: &mut B,
    receive: impl FnOnce(&mut [MaybeUninit<u8>]) -> io::Result<R>,
) -> io::Result<R> {
    let spare = buf.chunk_mut();
    // SAFETY: `receive` only writes initialized bytes.
    let spare = unsafe { spare.as_uninit_slice_mut() };
    let received = receive(spare)?;
    // SAFETY: a system call has written that many bytes at the start of the chunk.
    unsafe { buf.advance_mut(received.count()) };
    Ok(received)
}

/// What receiving returns: a count of bytes, maybe with the sender.
pub(crate) trait Received {
    /// The count.
    fn count(&self) -> usize;
}

impl Received for usize {
    fn count(&self) -> usize {
        *self
    }
}

impl<A> Received for (usize, A) {
    fn count(&self) -> usize {
        self.0
    }
}

/// Receives once into the unfilled part of `buf`, or waits until there is something to receive.
pub(crate) fn poll_into<R: Received>(
    source: &Source,
    cx: &mut Context<'_>,
    buf: &mut ReadBuf<'_>,
    receive: impl Fn(&mut [MaybeUninit<u8>]) -> io::Result<R>,
) -> Poll<io::Result<R>> {
    // SAFETY: nothing de-initializes a byte: `receive` only writes.
    let unfilled = unsafe { buf.unfilled_mut() };
    let received = ready!(source.poll_io(cx, Direction::Read, || receive(unfilled)))?;
    advance(buf, received.count());
    Poll::Ready(Ok(received))
}

/// A buffer whose bytes a system call may write, as the calls here want it.
#[inline]
pub(super) fn as_uninit(buf: &mut [u8]) -> &mut [MaybeUninit<u8>] {
    // SAFETY: `MaybeUninit<u8>` is laid out as `u8`, and the calls here only ever write
    // initialized bytes through it.
    unsafe { &mut *(std::ptr::from_mut(buf) as *mut [MaybeUninit<u8>]) }
}
