//! The one shape of the futures that the extension traits return.

/// Declares a future that borrows a stream for the length of one operation, and its `new`.
///
/// Such a future holds nothing that minds being moved, and yet is not `Unpin`: an async function
/// in a trait would not be either, so that becoming one later breaks nobody.
macro_rules! borrowing_future {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident<$($lifetime:lifetime),+ $(, $generic:ident $(: ?$sized:ident)?)*> {
            $($field:ident: $type:ty,)*
            $(= $state:ident: $state_type:ty = $initial:expr,)*
        }
    ) => {
        pin_project_lite::pin_project! {
            $(#[$attribute])*
            #[derive(Debug)]
            #[must_use = "futures do nothing unless you `.await` or poll them"]
            pub struct $name<$($lifetime,)+ $($generic $(: ?$sized)?,)*> {
                $($field: $type,)*
                $($state: $state_type,)*
                #[pin]
                _pin: std::marker::PhantomPinned,
            }
        }

        impl<$($lifetime,)+ $($generic $(: ?$sized)?,)*> $name<$($lifetime,)+ $($generic,)*> {
            pub(super) fn new($($field: $type),*) -> Self {
                $(let $state = $initial;)*
                $name {
                    $($field,)*
                    $($state,)*
                    _pin: std::marker::PhantomPinned,
                }
            }
        }
    };
}

pub(super) use borrowing_future;
