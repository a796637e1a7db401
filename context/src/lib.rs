//! What every layer of vitte may know about the thread it runs on.
//!
//! This crate is the bottom of the stack and depends on `std` alone. It holds one thread-local
//! [block] and, around it, the seams through which vitte touches the outside world: the
//! [clock], [random and free choices](choose), [blocking](park) and [threads](thread). A
//! simulated world replaces what is behind a seam; nothing else in vitte may go around one, and
//! the test `seams` in the root package greps for it.
//!
//! It is an implementation detail of the `vitte` crate: no stability is promised here.

pub mod baton;
pub mod block;
pub mod choose;
pub mod clock;
pub mod coop;
pub mod defer;
pub mod enter;
pub mod panics;
pub mod park;
pub mod primitive;
pub mod runtime;
pub mod thread;
pub mod trace;
pub mod wakers;

pub use runtime::RuntimeCore;
