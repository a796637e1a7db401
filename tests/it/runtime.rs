//! `vitte::runtime`: its end, its hooks, `block_on`, and how workers share tasks.

mod block_on;
mod hooks;
mod panics;
mod sharing;
mod shutdown;
