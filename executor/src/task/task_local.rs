//! `task_local!`: declares the keys of task-local storage, whose type is in `local_key`.

/// Declares task-local keys, each a `static` of type [`LocalKey`](crate::task::LocalKey).
///
/// A task-local value is like a thread-local one, but belongs to a future: it goes along when the
/// task moves to another thread. It suits what goes with a request, its id for instance.
///
/// # Examples
///
/// ```
/// vitte::task_local! {
///     /// Who made the request.
///     pub static USER: String;
///     static ATTEMPT: u32;
/// }
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// USER.scope("ann".to_string(), async {
///     USER.with(|user| assert_eq!(user, "ann"));
///     assert!(ATTEMPT.try_get().is_err());
/// })
/// .await;
/// # }
/// ```
#[macro_export]
macro_rules! task_local {
    () => {};
    ($(#[$attr:meta])* $vis:vis static $name:ident: $t:ty; $($rest:tt)*) => {
        $crate::task_local!($(#[$attr])* $vis static $name: $t);
        $crate::task_local!($($rest)*);
    };
    ($(#[$attr:meta])* $vis:vis static $name:ident: $t:ty) => {
        $(#[$attr])*
        $vis static $name: $crate::task::LocalKey<$t> = {
            ::std::thread_local! {
                static SLOT: ::std::cell::RefCell<::std::option::Option<$t>> =
                    const { ::std::cell::RefCell::new(::std::option::Option::None) };
            }
            $crate::task::LocalKey { slot: SLOT }
        };
    };
}
