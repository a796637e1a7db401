//! A doubly linked list of entries: append at the tail, take from the head, unlink anywhere.

use std::ptr::NonNull;

use super::entry::{Entry, Links};

/// The two ends of a list. The wheel's contract keeps the entries alive.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct List {
    head: Option<NonNull<Entry>>,
    tail: Option<NonNull<Entry>>,
}

impl List {
    pub(super) const EMPTY: List = List {
        head: None,
        tail: None,
    };

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.head.is_none()
    }

    /// Appends an entry.
    ///
    /// # Safety
    ///
    /// The entry is in no list and stays alive and in place while it is in this one; every entry
    /// of the list is accessed under one lock, which the caller holds.
    #[inline]
    pub(super) unsafe fn push_back(&mut self, entry: NonNull<Entry>) {
        let tail = self.tail.replace(entry);
        let last = Links {
            previous: tail,
            next: None,
        };
        // SAFETY: the caller promises that the entry is alive and the lock held.
        unsafe { Entry::set_links(entry, last) };
        match tail {
            // SAFETY: an entry of the list is alive, and the caller holds the lock.
            Some(tail) => unsafe { Entry::change_links(tail, |links| links.next = Some(entry)) },
            None => self.head = Some(entry),
        }
    }

    /// Takes the first entry.
    ///
    /// # Safety
    ///
    /// The caller holds the list's lock.
    #[inline]
    pub(super) unsafe fn pop_front(&mut self) -> Option<NonNull<Entry>> {
        let head = self.head?;
        // SAFETY: the head is in the list, and the caller holds the lock.
        unsafe { self.remove(head) };
        Some(head)
    }

    /// Unlinks an entry.
    ///
    /// # Safety
    ///
    /// The entry is in this list, and the caller holds the list's lock.
    #[inline]
    pub(super) unsafe fn remove(&mut self, entry: NonNull<Entry>) {
        // SAFETY: an entry of the list is alive, and the caller holds the lock.
        let links = unsafe { Entry::links(entry) };
        match links.previous {
            // SAFETY: as above.
            Some(previous) => unsafe { Entry::change_links(previous, |its| its.next = links.next) },
            None => self.head = links.next,
        }
        match links.next {
            // SAFETY: as above.
            Some(next) => unsafe { Entry::change_links(next, |its| its.previous = links.previous) },
            None => self.tail = links.previous,
        }
    }
}
