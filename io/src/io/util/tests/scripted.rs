//! A stream that does what a test says.

use std::collections::VecDeque;
use std::io::{self, IoSlice, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::io::{AsyncRead, AsyncSeek, AsyncWrite, ReadBuf};

/// One step of a script.
pub(super) enum Step {
    Read(&'static [u8]),
    /// A read or write that waits. Whoever polls has to come back without being woken.
    Pending,
    Fail(io::ErrorKind),
    /// A write that takes at most so many bytes.
    Write(usize),
}

/// Follows a script, and writes down what it was asked for. At the script's end reads are at
/// their end, and writes take everything.
#[derive(Default)]
pub(super) struct Scripted {
    pub(super) script: VecDeque<Step>,
    pub(super) written: Vec<u8>,
    pub(super) flushes: usize,
    pub(super) seeks: Vec<SeekFrom>,
    pub(super) vectored: bool,
}

impl Scripted {
    pub(super) fn new(script: impl IntoIterator<Item = Step>) -> Self {
        Scripted {
            script: script.into_iter().collect(),
            ..Scripted::default()
        }
    }
}

impl AsyncRead for Scripted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.script.pop_front() {
            None => Poll::Ready(Ok(())),
            Some(Step::Read(bytes)) => {
                let (read, rest) = bytes.split_at(bytes.len().min(buf.remaining()));
                buf.put_slice(read);
                if !rest.is_empty() {
                    self.script.push_front(Step::Read(rest));
                }
                Poll::Ready(Ok(()))
            }
            Some(Step::Pending) => Poll::Pending,
            Some(Step::Fail(kind)) => Poll::Ready(Err(kind.into())),
            Some(Step::Write(_)) => panic!("a read came before a write"),
        }
    }
}

impl AsyncWrite for Scripted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let max = match self.script.pop_front() {
            None => buf.len(),
            Some(Step::Write(max)) => max.min(buf.len()),
            Some(Step::Pending) => return Poll::Pending,
            Some(Step::Fail(kind)) => return Poll::Ready(Err(kind.into())),
            Some(Step::Read(_)) => panic!("a write came before a read"),
        };
        self.written.extend_from_slice(&buf[..max]);
        Poll::Ready(Ok(max))
    }

    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.flushes += 1;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_write(cx, &bufs.concat_bytes())
    }

    fn is_write_vectored(&self) -> bool {
        self.vectored
    }
}

impl AsyncSeek for Scripted {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        self.seeks.push(position);
        Ok(())
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Poll::Ready(Ok(self.seeks.len() as u64))
    }
}

trait ConcatBytes {
    fn concat_bytes(&self) -> Vec<u8>;
}

impl ConcatBytes for [IoSlice<'_>] {
    fn concat_bytes(&self) -> Vec<u8> {
        self.iter()
            .flat_map(|slice| slice.iter().copied())
            .collect()
    }
}
