//! What the wheel keeps in an armed entry, under its lock: the entry's neighbours, and its list.

use std::ptr::NonNull;

use super::{Entry, Links, Place};

impl Entry {
    /// The links.
    ///
    /// # Safety
    ///
    /// The entry is in a list of a wheel whose lock the caller holds.
    #[inline]
    pub(in crate::wheel) unsafe fn links(entry: NonNull<Entry>) -> Links {
        // SAFETY: an entry in a wheel is alive.
        let this = unsafe { entry.as_ref() };
        // SAFETY: in a list the union holds the links, and the lock keeps writers out.
        this.place.with(|place| unsafe { *place.cast::<Links>() })
    }

    /// Gives an armed entry its links, in place of what it held before.
    ///
    /// # Safety
    ///
    /// The entry is being put into a list of a wheel whose lock the caller holds.
    #[inline]
    pub(in crate::wheel) unsafe fn set_links(entry: NonNull<Entry>, links: Links) {
        // SAFETY: an entry in a wheel is alive.
        let this = unsafe { entry.as_ref() };
        this.place.with_mut(|place| {
            // SAFETY: the lock keeps everyone else out.
            unsafe { place.write(Place { links }) };
        });
    }

    /// Changes the links.
    ///
    /// # Safety
    ///
    /// As for [`links`](Self::links).
    #[inline]
    pub(in crate::wheel) unsafe fn change_links(
        entry: NonNull<Entry>,
        change: impl FnOnce(&mut Links),
    ) {
        // SAFETY: an entry in a wheel is alive.
        let this = unsafe { entry.as_ref() };
        this.place.with_mut(|place| {
            // SAFETY: in a list the union holds the links, and the lock keeps everyone else out.
            change(unsafe { &mut *place.cast::<Links>() });
        });
    }

    /// Which list it hangs in.
    ///
    /// # Safety
    ///
    /// As for [`links`](Self::links).
    #[inline]
    pub(in crate::wheel) unsafe fn list(entry: NonNull<Entry>) -> usize {
        // SAFETY: an entry in a wheel is alive.
        let this = unsafe { entry.as_ref() };
        // SAFETY: the lock keeps writers out.
        this.list.with(|list| usize::from(unsafe { *list }))
    }

    /// Says which list it hangs in.
    ///
    /// # Safety
    ///
    /// As for [`links`](Self::links).
    #[inline]
    pub(in crate::wheel) unsafe fn set_list(entry: NonNull<Entry>, index: usize) {
        // SAFETY: an entry in a wheel is alive.
        let this = unsafe { entry.as_ref() };
        // SAFETY: the lock keeps everyone else out.
        this.list.with_mut(|list| unsafe { *list = index as u16 });
    }
}
