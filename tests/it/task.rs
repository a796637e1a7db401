//! `vitte::task`: what a joiner gets, jobs that block, and tasks that are large.

mod block_in_place;
mod join;
mod large;
mod spawn_blocking;
