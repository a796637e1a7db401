//! What happens to a resource.

/// A change of the state of a [`Resource`](super::Resource).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// A mutex was locked (`true`) or unlocked.
    Locked(bool),
    /// A lock was locked for writing (`true`), or is no longer.
    WriteLocked(bool),
    /// A reader got its lock.
    ReaderCame,
    /// A reader gave its lock back.
    ReaderLeft,
    /// So many permits were given to a semaphore, and nobody waited for them.
    PermitsAdded(usize),
    /// So many permits were taken from a semaphore by somebody who may have to wait for more.
    PermitsTaken(usize),
    /// The sender of a oneshot channel was dropped.
    SenderDropped,
    /// The receiver of a oneshot channel was dropped, or closed.
    ReceiverDropped,
    /// The value of a oneshot channel was sent.
    ValueSent,
    /// The value of a oneshot channel was taken by `try_recv`.
    ValueReceived,
}
