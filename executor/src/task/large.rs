//! Futures and closures that are too large to be handed on by value.
//!
//! Each function that hands one on has a copy on its stack, unless the compiler optimises. Between
//! `spawn` and the task there are ten, and ten times 200 KiB is all the stack that a thread has. So
//! what is large goes into a box in the first function that gets hold of it, which is whatever a
//! program calls. A task keeps its future in a box from that size on in any case, so this is no
//! further allocation.

/// From this size on async-task puts a task's future into a box.
const LARGE: usize = 2048;

/// Whether an `F` goes into a box before it is handed on.
///
/// To be asked in a `const` block: what is not taken of an `if` around that is not compiled, and
/// then needs no stack either.
pub const fn is_large<F>() -> bool {
    size_of::<F>() >= LARGE
}

/// An expression in which `$future`, an `$F`, was put into a box if it is large, and `$origin` says
/// so.
#[doc(hidden)]
#[macro_export]
macro_rules! boxed_if_large {
    ($F:ty, $future:ident, $origin:ident, $handed_on:expr) => {
        if const { $crate::task::large::is_large::<$F>() } {
            let $origin = $origin.boxed::<$F>();
            let $future = ::std::boxed::Box::pin($future);
            $handed_on
        } else {
            $handed_on
        }
    };
}

pub use boxed_if_large;
