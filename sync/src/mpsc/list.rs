//! The queue of messages: a lock-free linked list of blocks, many producers, one consumer.
//!
//! # Protocol
//!
//! 1. A sender claims a position by adding to the tail's counter. No other sender has the position,
//!    so sending needs no loop, and messages are received in the order of their claims.
//! 2. It finds its block by walking from the tail's block pointer, and appends blocks where the
//!    list ends. Then it writes the message and marks the place as filled.
//! 3. A sender that walks across a full block moves the block pointer on. No sender still looks for
//!    a place in a full block, so the pointer never passes a block that a sender has yet to find.
//! 4. A sender may have loaded the block pointer before it was moved. It had claimed its position
//!    before that. So the sender that moves the pointer then reads the counter and stores it in the
//!    block: once the receiver has consumed everything before that position, all those senders are
//!    done, and the block can be used again.
//! 5. A consumed block is kept as the spare, one per channel, for the sender that appends next.
//!
//! The counter's lowest bit is CLOSED. Claims that find it set are void: their positions are at or
//! after the one where the list was closed, and the receiver never goes there.

use std::ptr;

use vitte_context::primitive::atomic::Ordering::{AcqRel, Acquire, Relaxed, SeqCst};
use vitte_context::primitive::atomic::{AtomicPtr, AtomicU64};

use super::block::{Block, start_of};

const CLOSED: u64 = 1;
const ONE: u64 = 2;

/// The senders' end.
pub(super) struct Tail<T> {
    /// How many positions were claimed, above the flag.
    counter: AtomicU64,
    /// A block at or before that of every claimed position that is not filled yet.
    block: AtomicPtr<Block<T>>,
    /// A block that is not in use, or null.
    spare: AtomicPtr<Block<T>>,
}

/// The receiver's end. Only ever used by one thread at a time, with the tail of the same list.
pub(super) struct Head<T> {
    /// The position of the next message.
    position: u64,
    /// A block at or before that position.
    block: *mut Block<T>,
    /// The oldest block, from which on they are kept for senders that may still look at them.
    oldest: *mut Block<T>,
    /// The position that no message reaches, as the list was closed there.
    closed_at: u64,
}

/// Makes an empty list.
pub(super) fn list<T>() -> (Tail<T>, Head<T>) {
    let block = Block::allocate(0);
    let tail = Tail {
        counter: AtomicU64::new(0),
        block: AtomicPtr::new(block),
        spare: AtomicPtr::new(ptr::null_mut()),
    };
    let head = Head {
        position: 0,
        block,
        oldest: block,
        closed_at: u64::MAX,
    };
    (tail, head)
}

impl<T> Tail<T> {
    /// Appends a message.
    ///
    /// # Errors
    ///
    /// Returns it when the list was closed.
    #[inline]
    pub(super) fn push(&self, value: T) -> Result<(), T> {
        // SeqCst: stands before the load of the block pointer; pairs with `advance`, where the
        // pointer is moved before the counter is read (4).
        let claimed = self.counter.fetch_add(ONE, SeqCst);
        if claimed & CLOSED != 0 {
            return Err(value);
        }
        let position = claimed / ONE;
        let block = self.find_block(position);
        // SAFETY: the block of a claimed position stays until the receiver has consumed that.
        let block = unsafe { &*block };
        // SAFETY: claimed above, and this is its block.
        unsafe { block.write(position, value) };
        Ok(())
    }

    #[inline]
    pub(super) fn is_closed(&self) -> bool {
        self.counter.load(Acquire) & CLOSED != 0
    }

    #[inline]
    fn find_block(&self, position: u64) -> *mut Block<T> {
        // SeqCst: comes after the claim; see `push`. Takes over the block's fields.
        let block = self.block.load(SeqCst);
        // SAFETY: blocks from the tail's pointer on are not freed before this sender is done (4).
        if unsafe { &*block }.start() == start_of(position) {
            return block;
        }
        self.walk(block, start_of(position))
    }

    #[cold]
    fn walk(&self, mut block: *mut Block<T>, start: u64) -> *mut Block<T> {
        let mut may_advance = true;
        loop {
            // SAFETY: as in `find_block`; and a block that follows lives as long.
            let current = unsafe { &*block };
            if current.start() == start {
                return block;
            }
            let mut next = current.next();
            if next.is_null() {
                next = self.grow(current);
            }
            may_advance = may_advance && current.is_full() && self.advance(block, next);
            block = next;
        }
    }

    /// Moves the block pointer from a full block to the next, and releases that block (3, 4).
    fn advance(&self, block: *mut Block<T>, next: *mut Block<T>) -> bool {
        // SeqCst: stands before the read of the counter; pairs with `push`. Publishes `next`.
        if self
            .block
            .compare_exchange(block, next, SeqCst, Relaxed)
            .is_err()
        {
            return false;
        }
        // SeqCst, and a read-modify-write: a sender that claims later finds the new pointer.
        let claimed = self.counter.fetch_or(0, SeqCst) / ONE;
        // SAFETY: the receiver frees it only once it is released, here.
        unsafe { &*block }.release(claimed);
        true
    }

    /// Appends a block after `last`, or returns the one that another sender appended.
    fn grow(&self, last: &Block<T>) -> *mut Block<T> {
        let start = last.start() + super::block::CAPACITY;
        let mut block = if self.spare.load(Relaxed).is_null() {
            ptr::null_mut()
        } else {
            // Acquire: pairs with `recycle`; the reset is visible.
            self.spare.swap(ptr::null_mut(), Acquire)
        };
        if block.is_null() {
            block = Block::allocate(start);
        } else {
            // SAFETY: the thread that takes the spare has it to itself.
            unsafe { &*block }.set_start(start);
        }
        match last.append(block) {
            Ok(()) => block,
            Err(other) => {
                self.recycle(block);
                other
            }
        }
    }

    /// Keeps an unused block as the spare. The caller has it to itself.
    fn recycle(&self, block: *mut Block<T>) {
        // AcqRel: publishes the reset block, and takes over the other one.
        let other = self.spare.swap(block, AcqRel);
        if !other.is_null() {
            // SAFETY: the thread that takes the spare has it to itself; it holds no message.
            unsafe { Block::free(other) };
        }
    }

    #[inline]
    fn claimed(&self) -> u64 {
        // Acquire: a thread that finds the list empty sees what the senders of all messages did.
        self.counter.load(Acquire) / ONE
    }
}

impl<T> Head<T> {
    /// Takes the next message, if it has arrived.
    #[inline]
    pub(super) fn pop(&mut self, tail: &Tail<T>) -> Option<T> {
        // SAFETY: the head's block is freed only once the head has left it.
        let mut block = unsafe { &*self.block };
        let start = start_of(self.position);
        if block.start() != start {
            let next = block.next();
            if next.is_null() {
                return None;
            }
            self.block = next;
            self.reclaim(tail);
            // SAFETY: as above.
            block = unsafe { &*next };
        }
        if !block.is_filled(self.position) {
            return None;
        }
        // SAFETY: filled, and each position is read once, as the head moves on.
        let value = unsafe { block.read(self.position) };
        self.position += 1;
        Some(value)
    }

    /// Reuses the blocks that no sender can refer to any more.
    fn reclaim(&mut self, tail: &Tail<T>) {
        while self.oldest != self.block {
            // SAFETY: blocks from the oldest on are alive.
            let oldest = unsafe { &*self.oldest };
            if !oldest.is_free_at(self.position) {
                return;
            }
            let next = oldest.next();
            oldest.reset();
            tail.recycle(self.oldest);
            self.oldest = next;
        }
    }

    /// How many messages were sent and not received; some of them may still be on their way.
    pub(super) fn len(&self, tail: &Tail<T>) -> usize {
        (tail.claimed().min(self.closed_at) - self.position) as usize
    }

    /// Closes the list: later pushes fail.
    pub(super) fn close(&mut self, tail: &Tail<T>) {
        // AcqRel: the claims before it are visible, and void claims behind it.
        let claimed = tail.counter.fetch_or(CLOSED, AcqRel) / ONE;
        self.closed_at = self.closed_at.min(claimed);
    }

    /// Frees all blocks. Messages that are still there are leaked.
    ///
    /// # Safety
    ///
    /// The list is no longer in use.
    pub(super) unsafe fn free(&mut self, tail: &Tail<T>) {
        let mut block = self.oldest;
        while !block.is_null() {
            // SAFETY: blocks from the oldest on are alive.
            let next = unsafe { &*block }.next();
            // SAFETY: the caller promises that it is not in use.
            unsafe { Block::free(block) };
            block = next;
        }
        // Acquire: pairs with `recycle`.
        let spare = tail.spare.swap(ptr::null_mut(), Acquire);
        if !spare.is_null() {
            // SAFETY: the caller promises that it is not in use.
            unsafe { Block::free(spare) };
        }
    }
}
