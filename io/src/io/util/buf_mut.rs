//! Makes [`ReadBuf`] a buffer in the sense of the `bytes` crate.

use bytes::BufMut;
use bytes::buf::UninitSlice;

use crate::io::ReadBuf;

// SAFETY: `chunk_mut` is the unfilled part, `remaining_mut` its length, and `advance_mut` moves the
// boundary between the two; the memory behind them does not change for the life of the `ReadBuf`.
unsafe impl BufMut for ReadBuf<'_> {
    fn remaining_mut(&self) -> usize {
        self.remaining()
    }

    unsafe fn advance_mut(&mut self, cnt: usize) {
        // SAFETY: the caller's promise: it has initialised that many bytes of the chunk.
        unsafe { self.assume_init(cnt) };
        self.advance(cnt);
    }

    fn chunk_mut(&mut self) -> &mut UninitSlice {
        // SAFETY: nobody makes a byte uninitialised, since an `UninitSlice` does not let them.
        let unfilled = unsafe { self.unfilled_mut() };
        // `UninitSlice::uninit` would say the same, and needs a `bytes` newer than tokio does.
        // SAFETY: pointer and length are those of a slice that is borrowed for as long.
        unsafe { UninitSlice::from_raw_parts_mut(unfilled.as_mut_ptr().cast(), unfilled.len()) }
    }
}
