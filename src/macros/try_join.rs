//! `try_join!`: waits for several futures until all are done or one has failed.

/// Waits for several futures at once until all return `Ok`, or one returns `Err`.
///
/// Every future returns a `Result`, all with the same error type. The value is `Ok` with a tuple of
/// their values, or the first error; the futures that are not done by then are dropped.
///
/// As with [`join!`](crate::join), the futures run concurrently on the current task, and each poll
/// begins with another one unless `biased;` stands before the first.
///
/// # Cancel safety
///
/// After an error, and if the future that contains the macro is dropped, the outputs of the futures
/// that were done are lost.
///
/// # Examples
///
/// ```
/// async fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
///     text.parse()
/// }
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(vitte::try_join!(parse("1"), parse("2")), Ok((1, 2)));
/// assert!(vitte::try_join!(parse("1"), parse("two")).is_err());
/// # }
/// ```
#[macro_export]
macro_rules! try_join {
    ($(biased;)?) => { async { $crate::macros::support::Result::Ok(()) }.await };
    (biased; $($future:expr),+ $(,)?) => {
        $crate::__number! { { __try_join_run InOrder } $($future,)+ }
    };
    ($($future:expr),+ $(,)?) => {
        $crate::__number! { { __try_join_run Rotating } $($future,)+ }
    };
}

/// The code of a `try_join!` whose futures are numbered.
#[doc(hidden)]
#[macro_export]
macro_rules! __try_join_run {
    ($order:ident $count:tt [$(($index:tt $future:expr))+]) => {{
        let mut slots = ($($crate::macros::support::maybe_done($future),)+);
        // The closure holds a reference: were it to own the futures, moving it would move them.
        let slots = &mut slots;
        let mut order = $crate::macros::support::$order::<$count>::default();

        $crate::macros::support::poll_fn(move |cx| {
            let slots = &mut *slots;
            let mut pending = false;
            for branch in order.branches() {
                match branch {
                    $($index => {
                        // SAFETY: the tuple is a local variable of the block around this closure,
                        // from where nothing moves its fields.
                        let slot = unsafe {
                            $crate::macros::support::Pin::new_unchecked(&mut slots.$index)
                        };
                        match slot.poll_ok(cx) {
                            $crate::macros::support::Poll::Pending => pending = true,
                            $crate::macros::support::Poll::Ready(
                                $crate::macros::support::Result::Ok(()),
                            ) => {}
                            // An error may be of a type without values.
                            #[allow(unreachable_code)]
                            $crate::macros::support::Poll::Ready(
                                $crate::macros::support::Result::Err(error),
                            ) => {
                                return $crate::macros::support::Poll::Ready(
                                    $crate::macros::support::Result::Err(error),
                                );
                            }
                        }
                    })+
                    _ => ::core::unreachable!("there is no such future"),
                }
            }
            if pending {
                return $crate::macros::support::Poll::Pending;
            }
            // A value may be of a type without values.
            #[allow(unreachable_code)]
            {
                $crate::macros::support::Poll::Ready($crate::macros::support::Result::Ok(($(
                    // SAFETY: as above.
                    unsafe { $crate::macros::support::Pin::new_unchecked(&mut slots.$index) }
                        .take_ok(),
                )+)))
            }
        })
        .await
    }};
}
