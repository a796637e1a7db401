//! Generated: asks which traits the types of tokio's API have, and prints the answers.

use std::cell::{Cell, UnsafeCell};
use std::future::Future;
use std::io;
use std::marker::{PhantomData, PhantomPinned};
use std::os::fd::{AsRawFd, RawFd};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::MutexGuard;
use std::task::{Context, Poll};

/// Has every auto trait but those that `P` lacks. Fit for every bound that a type of the API has.
pub struct Witness<P>(PhantomData<P>);

pub type Good = Witness<()>;
pub type NotSend = Witness<(MutexGuard<'static, ()>, SafeToUnwind)>;
pub type NotSync = Witness<(CellOfSend, SafeToUnwind)>;
pub type NotUnpin = Witness<PhantomPinned>;
pub type NotUnwindSafe = Witness<&'static mut u8>;
pub type NotRefUnwindSafe = Witness<SyncCell>;
pub type Stream = Good;

pub struct SafeToUnwind;
pub struct CellOfSend(Cell<u8>);
impl RefUnwindSafe for CellOfSend {}
pub struct SyncCell(UnsafeCell<u8>);
// SAFETY: nothing ever touches the cell.
unsafe impl Sync for SyncCell {}
impl UnwindSafe for SyncCell {}

impl<P> std::fmt::Debug for Witness<P> {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        unreachable!("nothing here is run")
    }
}

impl<P> Clone for Witness<P> {
    fn clone(&self) -> Self {
        unreachable!("nothing here is run")
    }
}

impl<P> AsRawFd for Witness<P> {
    fn as_raw_fd(&self) -> RawFd {
        unreachable!("nothing here is run")
    }
}

impl<P> Future for Witness<P> {
    type Output = Good;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Good> {
        unreachable!("nothing here is run")
    }
}

impl<P> tokio::io::AsyncRead for Witness<P> {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        unreachable!("nothing here is run")
    }
}

impl<P> tokio::io::AsyncBufRead for Witness<P> {
    fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        unreachable!("nothing here is run")
    }

    fn consume(self: Pin<&mut Self>, _: usize) {}
}

impl<P> tokio::io::AsyncWrite for Witness<P> {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        unreachable!("nothing here is run")
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        unreachable!("nothing here is run")
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        unreachable!("nothing here is run")
    }
}

impl<P> tokio::io::AsyncSeek for Witness<P> {
    fn start_seek(self: Pin<&mut Self>, _: io::SeekFrom) -> io::Result<()> {
        unreachable!("nothing here is run")
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
        unreachable!("nothing here is run")
    }
}

/// Stands for a value of a type that there may be no value of.
pub struct Ask<T: ?Sized>(PhantomData<T>);

/// A trait's question: `Yes` applies to those that have it, and to all others `No`, which takes
/// one reference more and is found only if `Yes` does not apply.
macro_rules! question {
    ($module:ident, $trait_:path) => {
        pub mod $module {
            #[allow(unused_imports)]
            use super::*;
            pub trait Yes {
                fn $module(&self) -> bool {
                    true
                }
            }
            impl<T: ?Sized + $trait_> Yes for Ask<T> {}
            pub trait No {
                fn $module(&self) -> bool {
                    false
                }
            }
            impl<T: ?Sized> No for &Ask<T> {}
        }
        use $module::{No as _, Yes as _};
    };
}

question!(is_send, Send);
question!(is_sync, Sync);
question!(is_unpin, Unpin);
question!(is_unwind_safe, UnwindSafe);
question!(is_ref_unwind_safe, RefUnwindSafe);
question!(is_debug, std::fmt::Debug);
question!(is_clone, Clone);

/// What a future returns, with the paths of types left out, as they differ.
pub trait Returns {
    fn returns(&self) -> Option<String>;
}
impl<T: Future> Returns for Ask<T> {
    fn returns(&self) -> Option<String> {
        let mut text = String::new();
        for part in std::any::type_name::<T::Output>()
            .split_inclusive(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
        {
            text += part.rsplit("::").next().unwrap_or_default();
        }
        Some(text)
    }
}
pub trait ReturnsNothing {
    fn returns(&self) -> Option<String>;
}
impl<T: ?Sized> ReturnsNothing for &Ask<T> {
    fn returns(&self) -> Option<String> {
        None
    }
}

macro_rules! answer {
    ($name:expr, $ask:expr) => {{
        let ask = $ask;
        let traits = [
            ((&ask).is_send(), "Send"),
            ((&ask).is_sync(), "Sync"),
            ((&ask).is_unpin(), "Unpin"),
            ((&ask).is_unwind_safe(), "UnwindSafe"),
            ((&ask).is_ref_unwind_safe(), "RefUnwindSafe"),
            ((&ask).is_debug(), "Debug"),
            ((&ask).is_clone(), "Clone"),
        ];
        for (has, name) in traits {
            if has {
                println!("{name} of {} = yes", $name);
            }
        }
        if let Some(output) = (&ask).returns() {
            println!("output of {} = {output}", $name);
        }
    }};
}

macro_rules! ask_type {
    ($name:expr, $type_:ty) => {
        answer!($name, Ask::<$type_>(PhantomData))
    };
}

/// The closure is never called: only the type of what it returns matters.
macro_rules! ask_call {
    ($name:expr, $closure:expr) => {
        answer!($name, output($closure))
    };
}

fn output<A, R>(_: impl FnOnce(A) -> R) -> Ask<R> {
    Ask(PhantomData)
}
