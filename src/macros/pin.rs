//! `pin!`: pins values to the stack.

/// Pins values in place, so that they can be polled, or passed on, by `&mut`.
///
/// It takes the names of variables, which then have the type `Pin<&mut T>`:
///
/// ```
/// async fn answer() -> u32 {
///     42
/// }
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let future = answer();
/// vitte::pin!(future);
/// assert_eq!((&mut future).await, 42);
/// # }
/// ```
///
/// or declarations:
///
/// ```
/// # async fn answer() -> u32 { 42 }
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// vitte::pin! {
///     let first = answer();
///     let second = answer();
/// }
/// assert_eq!((&mut first).await + (&mut second).await, 84);
/// # }
/// ```
///
/// A pinned value stays where it is until it is dropped, so `select!` in a loop can wait for
/// `&mut future` and go on with the same future in the next round.
#[macro_export]
macro_rules! pin {
    ($($name:ident),* $(,)?) => {$(
        #[allow(unused_mut)]
        let mut $name = $crate::macros::support::pin!($name);
    )*};
    ($(let $name:ident = $value:expr;)*) => {$(
        #[allow(unused_mut)]
        let mut $name = $crate::macros::support::pin!($value);
    )*};
}
