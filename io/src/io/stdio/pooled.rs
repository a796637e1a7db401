//! [`Pooled`]: a blocking stream that is read and written on the blocking pool.

use std::future::Future;
use std::io::{self, Read, Write};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use vitte_context::runtime;
use vitte_executor::blocking::{spawn_blocking, spawn_mandatory_blocking};
use vitte_executor::task::JoinHandle;

use crate::io::chunk::{CHUNK_LEN_MAX, Chunk};
use crate::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A blocking stream: here while it is idle, with a job while it is busy.
///
/// A write is reported as soon as its job is queued; an error of it comes with the next operation.
#[derive(Debug)]
pub(super) struct Pooled<T> {
    state: State<T>,
    need_flush: bool,
    /// Whether jobs are run even if the runtime shuts down before their turn: what a program has
    /// printed should appear.
    mandatory: bool,
}

#[derive(Debug)]
enum State<T> {
    Idle(Chunk, T),
    Busy(JoinHandle<(io::Result<()>, Chunk, T)>),
    /// A runtime that shut down took the stream with it.
    Gone,
}

impl<T: Send + 'static> Pooled<T> {
    pub(super) fn new(stream: T) -> Self {
        Pooled {
            state: State::Idle(Chunk::default(), stream),
            need_flush: false,
            mandatory: false,
        }
    }

    pub(super) fn new_mandatory(stream: T) -> Self {
        Pooled {
            mandatory: true,
            ..Pooled::new(stream)
        }
    }

    /// Waits for the job under way. `None` says that there was none, else it is the job's result.
    fn poll_job(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<()>>> {
        let State::Busy(job) = &mut self.state else {
            return Poll::Ready(None);
        };
        let joined = ready!(Pin::new(job).poll(cx));
        self.state = State::Gone;
        Poll::Ready(Some(match joined {
            Ok((result, chunk, stream)) => {
                self.state = State::Idle(chunk, stream);
                result
            }
            Err(error) => Err(error.into()),
        }))
    }

    /// The chunk of an idle stream.
    fn chunk(&mut self) -> io::Result<&mut Chunk> {
        match &mut self.state {
            State::Idle(chunk, _) => Ok(chunk),
            State::Busy(_) => unreachable!("the job was waited for"),
            State::Gone => Err(gone()),
        }
    }

    /// Starts a job on an idle stream.
    fn start(
        &mut self,
        operation: impl FnOnce(&mut Chunk, &mut T) -> io::Result<()> + Send + 'static,
    ) -> io::Result<()> {
        let State::Idle(mut chunk, mut stream) = mem::replace(&mut self.state, State::Gone) else {
            return Err(gone());
        };
        let job = move || {
            let result = operation(&mut chunk, &mut stream);
            (result, chunk, stream)
        };
        let handle = if self.mandatory {
            spawn_mandatory_blocking(job).ok_or_else(gone)?
        } else {
            spawn_blocking(job)
        };
        self.state = State::Busy(handle);
        Ok(())
    }
}

impl<T> AsyncRead for Pooled<T>
where
    T: Read + Unpin + Send + 'static,
{
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            if let Some(result) = ready!(self.poll_job(cx)) {
                result?;
                // Nothing in the chunk is the end of the stream.
                self.chunk()?.copy_to(buf);
                return Poll::Ready(Ok(()));
            }
            let chunk = self.chunk()?;
            if !chunk.is_empty() {
                chunk.copy_to(buf);
                return Poll::Ready(Ok(()));
            }
            let max = buf.remaining().min(CHUNK_LEN_MAX);
            self.start(move |chunk, stream| chunk.read_from(stream, max).map(drop))?;
        }
    }
}

impl<T> AsyncWrite for Pooled<T>
where
    T: Write + Unpin + Send + 'static,
{
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_job(cx)).transpose()?;
        let count = self.chunk()?.copy_from([buf].into_iter(), CHUNK_LEN_MAX);
        self.start(|chunk, stream| chunk.write_to(stream))?;
        self.need_flush = true;
        Poll::Ready(Ok(count))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.poll_job(cx)).transpose()?;
            if !self.need_flush {
                return Poll::Ready(Ok(()));
            }
            self.start(|_, stream| stream.flush())?;
            self.need_flush = false;
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn gone() -> io::Error {
    io::Error::other(runtime::SHUTTING_DOWN)
}
