//! The one job that a file has under way, and what is left of the ones before.
//!
//! The state machine itself is described in [`file`](super).

use std::fs::File as StdFile;
use std::future::{Future, poll_fn};
use std::io::{self, SeekFrom};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use vitte_executor::task::JoinHandle;

use crate::fs::operation;
use crate::io::chunk::Chunk;

/// The file's job, and what is left of the ones before.
pub(super) struct Jobs {
    pub(super) state: State,
    /// The error of a write that has not been reported yet.
    pub(super) write_error: Option<io::ErrorKind>,
    /// Where the last seek led.
    pub(super) position: u64,
}

pub(super) enum State {
    Idle(Chunk),
    Busy(JoinHandle<(Outcome, Chunk)>),
}

/// What a job has done.
pub(super) enum Outcome {
    Read(io::Result<usize>),
    Write(io::Result<()>),
    Seek(io::Result<u64>),
    SetLen(io::Result<()>),
}

/// Takes the position back by what was read ahead.
pub(super) fn go_back(file: &StdFile, back: Option<i64>) -> io::Result<()> {
    match back {
        Some(back) => operation::seek(file, SeekFrom::Current(back)).map(drop),
        None => Ok(()),
    }
}

impl Jobs {
    /// Finishes the job under way. `None` says that there was none, else it is what the job did.
    pub(super) fn poll_outcome(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Option<Outcome>>> {
        let State::Busy(job) = &mut self.state else {
            return Poll::Ready(Ok(None));
        };
        let joined = ready!(Pin::new(job).poll(cx));
        self.state = State::Idle(Chunk::default());
        let (outcome, chunk) = joined?;
        self.state = State::Idle(chunk);
        if let Outcome::Seek(Ok(position)) = outcome {
            self.position = position;
        }
        Poll::Ready(Ok(Some(outcome)))
    }

    /// Finishes the job under way for a write or a flush, which report the error of an earlier
    /// write.
    pub(super) fn poll_finish_write(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(kind) = self.write_error.take() {
            return Poll::Ready(Err(kind.into()));
        }
        match ready!(self.poll_outcome(cx))? {
            Some(Outcome::Write(result)) => Poll::Ready(result),
            _ => Poll::Ready(Ok(())),
        }
    }

    /// Finishes the job under way, and keeps the error of a write.
    pub(super) async fn finish(&mut self) {
        if let Err(error) = poll_fn(|cx| self.poll_finish_write(cx)).await {
            self.write_error = Some(error.kind());
        }
    }

    /// The chunk of an idle file, while the next job is made.
    pub(super) fn take_chunk(&mut self) -> Chunk {
        match &mut self.state {
            State::Idle(chunk) => mem::take(chunk),
            State::Busy(_) => unreachable!("the job was finished"),
        }
    }
}
