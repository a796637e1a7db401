//! Channels, locks, permits and notifications, for tasks that work together.
//!
//! None of these blocks a thread: a task that has to wait is suspended, and others run.
//! They work on any runtime and between runtimes.
//!
//! # Which channel
//!
//! | To send | from | to | use |
//! |---|---|---|---|
//! | values, each to the one receiver | many tasks | one task | [`mpsc`], bounded or not |
//! | one value, the answer to a request | one task | one task | [`oneshot`] |
//! | values, each to every receiver | many tasks | many tasks | [`broadcast`] |
//! | a state, of which the latest counts | many tasks | many tasks | [`watch`] |
//!
//! # Which lock
//!
//! A lock that is not held across an `.await` can be [`std::sync::Mutex`], which is faster. One
//! that is held across an `.await` is a [`Mutex`], or a [`RwLock`] where most only read. To limit
//! how many tasks do something at once, take a [`Semaphore`].
//!
//! # Which signal
//!
//! [`Notify`] wakes one task or all that wait, and carries no value. A [`Barrier`] lets a certain
//! number of tasks go on together. [`OnceCell`] and [`SetOnce`] hold a value that is set once:
//! the first computes it when it is asked for, the second waits until somebody sets it.
//!
//! ```
//! use vitte::sync::{mpsc, oneshot};
//!
//! # #[vitte::main]
//! # async fn main() {
//! // A task that owns its state, and answers requests.
//! let (requests, mut incoming) = mpsc::channel::<oneshot::Sender<u64>>(32);
//! vitte::spawn(async move {
//!     let mut served = 0;
//!     while let Some(reply) = incoming.recv().await {
//!         served += 1;
//!         // The requester may have gone away.
//!         let _ = reply.send(served);
//!     }
//! });
//!
//! let (reply, answer) = oneshot::channel();
//! requests.send(reply).await.unwrap();
//! assert_eq!(answer.await, Ok(1));
//! # }
//! ```

pub use vitte_sync::*;
