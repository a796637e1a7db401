//! A [`File`] as a stream: reads, writes and seeks, each of which is a job on the blocking pool.
//!
//! All of it runs on the thread that polls; only the closures of the jobs run on the pool.

use std::io::{self, IoSlice, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use vitte_executor::blocking::{spawn_blocking, spawn_mandatory_blocking};

use super::File;
use super::jobs::{Outcome, State, go_back};
use crate::fs::blocking::job_failed;
use crate::fs::operation;
use crate::io::{AsyncRead, AsyncSeek, AsyncWrite, ReadBuf};

impl File {
    fn poll_write_slices<'a>(
        &mut self,
        cx: &mut Context<'_>,
        bufs: impl Iterator<Item = &'a [u8]>,
    ) -> Poll<io::Result<usize>> {
        let jobs = self.jobs.get_mut();
        ready!(jobs.poll_finish_write(cx))?;
        let mut chunk = jobs.take_chunk();
        let back = chunk.forget_unused();
        let count = chunk.copy_from(bufs, self.max_buf_size);
        let std = self.std.clone();
        let job = spawn_mandatory_blocking(move || {
            let result = match go_back(&std, back) {
                Ok(()) => operation::write_chunk(&std, &mut chunk),
                Err(error) => {
                    chunk.forget_unused();
                    Err(error)
                }
            };
            (Outcome::Write(result), chunk)
        });
        jobs.state = State::Busy(job.ok_or_else(job_failed)?);
        Poll::Ready(Ok(count))
    }
}

impl AsyncRead for File {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let jobs = this.jobs.get_mut();
        loop {
            let has_read = match ready!(jobs.poll_outcome(cx))? {
                Some(Outcome::Read(result)) => {
                    result?;
                    true
                }
                Some(Outcome::Write(Err(error))) => {
                    jobs.write_error = Some(error.kind());
                    false
                }
                _ => false,
            };
            let mut chunk = jobs.take_chunk();
            // After a read, nothing in the chunk is the end of the file.
            if has_read || !chunk.is_empty() || buf.remaining() == 0 {
                chunk.copy_to(buf);
                jobs.state = State::Idle(chunk);
                return Poll::Ready(Ok(()));
            }
            let max = buf.remaining().min(this.max_buf_size);
            let std = this.std.clone();
            jobs.state = State::Busy(spawn_blocking(move || {
                let result = operation::read_chunk(&std, &mut chunk, max);
                (Outcome::Read(result), chunk)
            }));
        }
    }
}

impl AsyncSeek for File {
    fn start_seek(self: Pin<&mut Self>, mut position: SeekFrom) -> io::Result<()> {
        let this = self.get_mut();
        let jobs = this.jobs.get_mut();
        if let State::Busy(_) = jobs.state {
            return Err(io::Error::other(
                "other file operation is pending, call poll_complete before start_seek",
            ));
        }
        let mut chunk = jobs.take_chunk();
        let ahead = chunk.forget_unused();
        // Only a relative seek has to allow for what was read ahead, and it can do so in one step
        // unless the sum of the two is too large.
        let mut back = None;
        if let (SeekFrom::Current(offset), Some(distance)) = (&mut position, ahead) {
            match offset.checked_add(distance) {
                Some(sum) => *offset = sum,
                None => back = ahead,
            }
        }
        let std = this.std.clone();
        jobs.state = State::Busy(spawn_blocking(move || {
            let result = go_back(&std, back).and_then(|()| operation::seek(&std, position));
            (Outcome::Seek(result), chunk)
        }));
        Ok(())
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        let jobs = self.jobs.get_mut();
        match ready!(jobs.poll_outcome(cx))? {
            Some(Outcome::Seek(result)) => return Poll::Ready(result),
            Some(Outcome::Write(Err(error))) => jobs.write_error = Some(error.kind()),
            _ => {}
        }
        Poll::Ready(Ok(jobs.position))
    }
}

impl AsyncWrite for File {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_write_slices(cx, [buf].into_iter())
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.jobs.get_mut().poll_finish_write(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let bufs = bufs.iter().map(|buf| &**buf);
        self.get_mut().poll_write_slices(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}
