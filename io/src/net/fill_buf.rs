//! Receiving into whatever implements `BufMut`.

/// Receives into the spare capacity of `buf` and advances it.
pub(crate) fn fill_buf<B: bytes::BufMut, R: Received>(
    buf: &mut B,
    receive: impl FnOnce(&mut [std::mem::MaybeUninit<u8>]) -> std::io::Result<R>,
) -> std::io::Result<R> {
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
