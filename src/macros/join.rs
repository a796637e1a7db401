//! `join!`: waits for several futures until all are done.
//!
//! `join!` and `try_join!` number their futures in the same way, by `__number!`: each is paired
//! with the next of a list of literals, with which the code can name its place in a tuple. The
//! literal that is next when the futures are used up is their number.

/// Waits for several futures at once, and returns the outputs of all, as a tuple in the order of
/// the futures.
///
/// The futures run concurrently **on the current task**: none runs while another one computes, and
/// they may borrow from their surroundings. To run them in parallel, spawn each and join the
/// handles.
///
/// A future that uses up the task's budget keeps the ones after it from making progress in that
/// poll, so each poll begins with another future. Write `biased;` before the first one to poll them
/// in the order in which they are written.
///
/// # Cancel safety
///
/// If the future that contains the macro is dropped, so are all of the futures, and the outputs of
/// those that were done are lost.
///
/// # Examples
///
/// ```
/// async fn square(n: u32) -> u32 {
///     n * n
/// }
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let (nine, sixteen) = vitte::join!(square(3), square(4));
/// assert_eq!(nine + sixteen, 25);
/// # }
/// ```
#[macro_export]
macro_rules! join {
    ($(biased;)?) => { async {}.await };
    (biased; $($future:expr),+ $(,)?) => {
        $crate::__number! { { __join_run InOrder } $($future,)+ }
    };
    ($($future:expr),+ $(,)?) => {
        $crate::__number! { { __join_run Rotating } $($future,)+ }
    };
}

/// Pairs each future with a literal, then hands on to `$run` with the literal after the last.
#[doc(hidden)]
#[macro_export]
macro_rules! __number {
    // The start: no pairs yet, all the literals.
    ({ $run:ident $order:ident } $($futures:tt)+) => {
        $crate::__number! { { $run $order [] [
            0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
            31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58
            59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86
            87 88 89 90 91 92 93 94 95 96 97 98 99 100 101 102 103 104 105 106 107 108 109 110
            111 112 113 114 115 116 117 118 119 120 121 122 123 124
        ] } $($futures)+ }
    };
    ({ $run:ident $order:ident [$($done:tt)+] [$count:tt $($numbers:tt)*] }) => {
        $crate::$run! { $order $count [$($done)+] }
    };
    (
        { $run:ident $order:ident [$($done:tt)*] [$index:tt $($numbers:tt)+] }
        $future:expr, $($rest:tt)*
    ) => {
        $crate::__number! { { $run $order [$($done)* ($index $future)] [$($numbers)+] } $($rest)* }
    };
}

/// The code of a `join!` whose futures are numbered.
#[doc(hidden)]
#[macro_export]
macro_rules! __join_run {
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
                        pending |= slot.poll_done(cx).is_pending();
                    })+
                    _ => ::core::unreachable!("there is no such future"),
                }
            }
            if pending {
                return $crate::macros::support::Poll::Pending;
            }
            // An output may be of a type without values.
            #[allow(unreachable_code)]
            {
                $crate::macros::support::Poll::Ready(($(
                    // SAFETY: as above.
                    unsafe { $crate::macros::support::Pin::new_unchecked(&mut slots.$index) }
                        .take_output(),
                )+))
            }
        })
        .await
    }};
}
