//! [`Chunk`]: the bytes that travel between a task and a job on the blocking pool.
//!
//! A job cannot borrow the caller's buffer, since it may outlive the caller; so it takes a chunk
//! with it and brings it back. Files and the standard streams keep one chunk each and use it again
//! for every operation.

use std::io::{self, Read, Write};

use super::ReadBuf;

/// How much one job reads or writes at most, unless the file says otherwise.
pub(crate) const CHUNK_LEN_MAX: usize = 2 * 1024 * 1024;

/// Some bytes in memory that is kept: `start..end` are the ones not yet used.
///
/// All of `memory` is initialised. It grows to what one operation needs, and zeroing it then, once,
/// is what reads into it cost beyond tokio's.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    memory: Vec<u8>,
    start: usize,
    end: usize,
}

impl Chunk {
    /// Whether all bytes have been used.
    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    fn unused(&self) -> &[u8] {
        &self.memory[self.start..self.end]
    }

    fn clear(&mut self) {
        self.start = 0;
        self.end = 0;
    }

    /// Moves as many bytes as fit into a task's buffer.
    pub(crate) fn copy_to(&mut self, buf: &mut ReadBuf<'_>) {
        let count = self.unused().len().min(buf.remaining());
        buf.put_slice(&self.unused()[..count]);
        self.start += count;
        if self.is_empty() {
            self.clear();
        }
    }

    /// Fills an empty chunk from a task's buffers, with at most `max` bytes. Returns how many.
    pub(crate) fn copy_from<'a>(
        &mut self,
        bufs: impl Iterator<Item = &'a [u8]>,
        max: usize,
    ) -> usize {
        debug_assert!(self.is_empty(), "a chunk was overwritten");
        self.memory.clear();
        for buf in bufs {
            let room = max - self.memory.len();
            self.memory.extend_from_slice(&buf[..buf.len().min(room)]);
        }
        self.start = 0;
        self.end = self.memory.len();
        self.end
    }

    /// Forgets the bytes that were read ahead. Returns the seek, relative to where the file is,
    /// that takes them back, if there is any need.
    pub(crate) fn forget_unused(&mut self) -> Option<i64> {
        let ahead = self.unused().len() as i64;
        self.clear();
        (ahead > 0).then_some(-ahead)
    }

    /// Fills an empty chunk with one read of at most `max` bytes.
    pub(crate) fn read_from(&mut self, reader: &mut impl Read, max: usize) -> io::Result<usize> {
        debug_assert!(self.is_empty(), "a chunk was overwritten");
        self.clear();
        if self.memory.len() < max {
            // Fresh memory rather than more of the old: large pieces come zeroed from the system.
            self.memory = vec![0; max];
        }
        loop {
            match reader.read(&mut self.memory[..max]) {
                Ok(count) => {
                    self.end = count.min(max);
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Writes all bytes, and leaves the chunk empty whatever happens.
    pub(crate) fn write_to(&mut self, writer: &mut impl Write) -> io::Result<()> {
        let result = writer.write_all(self.unused());
        self.clear();
        result
    }
}
