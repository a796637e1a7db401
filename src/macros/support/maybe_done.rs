//! [`MaybeDone`]: what `join!` and `try_join!` keep for each of their futures: the future first,
//! then its output until the others are done too.
//!
//! It is polled by the task that runs the macro, and is pinned in the macro's own future.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A future, or the output of it.
//
// The layout is fixed so that the compiler puts no flag of its own into bytes that belong to the
// future: the future may hold pointers to itself, and reading the flag would invalidate them.
#[derive(Debug)]
#[repr(C)]
pub enum MaybeDone<F: Future> {
    /// The future, which is pinned where it is.
    Waiting(F),
    /// The output, which is not pinned.
    Done(F::Output),
    /// The output has been taken.
    Taken,
}

/// Makes one that holds the future of `future`.
#[inline]
pub fn maybe_done<F: IntoFuture>(future: F) -> MaybeDone<F::IntoFuture> {
    MaybeDone::Waiting(future.into_future())
}

impl<F: Future> MaybeDone<F> {
    /// Polls the future unless it is done already.
    #[inline]
    pub fn poll_done(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // SAFETY: the future is pinned with `self` and is not moved out of it.
        let output = match unsafe { self.as_mut().get_unchecked_mut() } {
            MaybeDone::Waiting(future) => {
                // SAFETY: `self` is pinned, and nothing moves the future, which is a field of it.
                let future = unsafe { Pin::new_unchecked(future) };
                ready!(future.poll(cx))
            }
            MaybeDone::Done(_) => return Poll::Ready(()),
            MaybeDone::Taken => panic!("polled after the output was taken"),
        };
        // `set` drops the future in its place.
        self.set(MaybeDone::Done(output));
        Poll::Ready(())
    }

    /// Takes the output of a future that is done.
    #[inline]
    pub fn take_output(self: Pin<&mut Self>) -> F::Output {
        // SAFETY: the future is not moved: only an output, which is not pinned, is taken out, and
        // the value that takes its place holds no future.
        let this = unsafe { self.get_unchecked_mut() };
        if !matches!(this, MaybeDone::Done(_)) {
            panic!("the future is not done");
        }
        match std::mem::replace(this, MaybeDone::Taken) {
            MaybeDone::Done(output) => output,
            _ => unreachable!("it was done above"),
        }
    }
}

impl<T, E, F: Future<Output = Result<T, E>>> MaybeDone<F> {
    /// Like [`poll_done`](Self::poll_done), except that an error is returned at once.
    #[inline]
    pub fn poll_ok(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), E>> {
        ready!(self.as_mut().poll_done(cx));
        if !matches!(*self, MaybeDone::Done(Err(_))) {
            return Poll::Ready(Ok(()));
        }
        Poll::Ready(self.take_output().map(drop))
    }

    /// Takes the value of a future that is done and has not failed.
    #[inline]
    pub fn take_ok(self: Pin<&mut Self>) -> T {
        match self.take_output() {
            Ok(value) => value,
            Err(_) => unreachable!("an error is returned when the future is polled"),
        }
    }
}
