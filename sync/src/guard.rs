//! What all guards have in common: they dereference to their data, and are printed like it.

/// Implements `Deref`, `Debug` and `Display` for a guard.
///
/// The pointer is to the data that the guard's lock protects, or to a part of it, and the guard
/// holds the lock, at least for reading, for as long as it lives.
macro_rules! read_through {
    ([$($params:tt)*] $guard:ty => $target:ty, |$this:ident| $pointer:expr) => {
        impl<$($params)*> std::ops::Deref for $guard {
            type Target = $target;

            #[inline]
            fn deref(&self) -> &$target {
                let $this = self;
                // SAFETY: the guard holds the lock, so nothing is written while this borrow lives.
                unsafe { &*$pointer }
            }
        }

        impl<$($params)*> std::fmt::Debug for $guard
        where
            $target: std::fmt::Debug,
        {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&**self, f)
            }
        }

        impl<$($params)*> std::fmt::Display for $guard
        where
            $target: std::fmt::Display,
        {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&**self, f)
            }
        }
    };
}

/// Implements `DerefMut` for a guard that holds its lock exclusively; see [`read_through`].
macro_rules! write_through {
    ([$($params:tt)*] $guard:ty => $target:ty, |$this:ident| $pointer:expr) => {
        impl<$($params)*> std::ops::DerefMut for $guard {
            #[inline]
            fn deref_mut(&mut self) -> &mut $target {
                let $this = self;
                // SAFETY: the guard holds the lock exclusively, and is borrowed exclusively.
                unsafe { &mut *$pointer }
            }
        }
    };
}

pub(crate) use {read_through, write_through};
