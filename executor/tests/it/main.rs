//! Tests of the executor through its own API, on runtimes without timers and sockets.
#![cfg(not(vitte_loom))]

mod abort;
mod block_in_place;
mod blocking;
mod faults;
mod join_set;
mod local_set;
mod overflow;
mod shutdown;
mod support;
mod task_local;
