//! `select!`: waits for several futures and runs the handler of the first whose output fits.
//!
//! The macro is three steps, so that what users see in the documentation is the first alone:
//! `select!` splits off the mode, `__select_parse!` takes one branch after the other apart, and
//! `__select_run!` is the code. Each branch is paired with an entry of a list of names: the enum
//! for that many outputs, the branch's number, its variant. The entry that is next when the
//! branches are used up says how many there were. The enums are in `support/outputs.rs`.

/// Waits for several futures at once, and returns the value of the first branch that completes.
///
/// ```text
/// <pattern> = <async expression> (, if <precondition>)? => <handler>,
/// ```
///
/// All branches run concurrently **on the current task**: none runs while another one computes. As
/// soon as one completes with a value that its pattern matches, the other futures are dropped and
/// the handler of that branch runs, whose value is the value of the macro. Up to 64 branches are
/// possible, and an `else` branch at the end.
///
/// In detail:
///
/// 1. The preconditions are evaluated. A branch whose precondition is `false` is disabled.
/// 2. The async expressions of all branches are evaluated, those of disabled branches too, whose
///    futures are never polled.
/// 3. The futures that are not disabled are polled until one completes.
/// 4. If the value matches the pattern, the futures are dropped, the handler runs, and the macro is
///    done. Otherwise this branch is disabled, and the others go on.
/// 5. When every branch is disabled, the `else` branch runs.
///
/// Handlers see the variables that their patterns bind. They may use what the futures borrowed, and
/// may contain `break`, `continue`, `return`, `?` and `.await`.
///
/// # Fairness
///
/// Each time the futures are polled, the one that is polled first is chosen at random, so that in
/// a loop a branch that is always ready does not starve another. Write `biased;` before the first
/// branch to poll them in the order in which they are written. Then a branch that is always ready
/// starves those below it, so put it last.
///
/// In the deterministic mode the random choice follows from the seed.
///
/// # Cancel safety
///
/// The futures of the branches that lost are dropped, however far they have come. Whether that
/// loses anything depends on each branch, and its documentation says so under "Cancel safety":
///
/// - Receiving from a channel, `accept`, a tick of an interval, a `JoinHandle` and
///   `JoinSet::join_next` lose nothing, and may be used in a loop.
/// - `Mutex::lock` and `Semaphore::acquire` lose their place in the queue.
/// - `read_exact`, `read_to_end`, `read_line` and `write_all` may have done a part of their work,
///   and nobody can say which.
/// - An async block or function is as safe as each of its `.await`s, and loses its local variables.
///
/// To go on with a future in the next round of a loop, make it before the loop, pin it with
/// [`pin!`](crate::pin), and wait for `&mut future`, as the second example does.
///
/// # Panics
///
/// When every branch is disabled and there is no `else` branch.
///
/// # Examples
///
/// ```
/// use vitte::sync::mpsc;
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let (numbers, mut number) = mpsc::channel(4);
/// let (words, mut word) = mpsc::channel(4);
/// vitte::spawn(async move { numbers.send(1).await });
/// vitte::spawn(async move { words.send("two").await });
///
/// let mut received = Vec::new();
/// loop {
///     vitte::select! {
///         Some(number) = number.recv() => received.push(number.to_string()),
///         Some(word) = word.recv() => received.push(word.to_owned()),
///         else => break,
///     }
/// }
/// received.sort();
/// assert_eq!(received, ["1", "two"]);
/// # }
/// ```
///
/// A future that must not begin anew in each round:
///
/// ```
/// use std::time::Duration;
/// use vitte::time::{interval, sleep};
///
/// # #[vitte::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// async fn long_work() -> u32 {
///     sleep(Duration::from_secs(5)).await;
///     42
/// }
///
/// let work = long_work();
/// vitte::pin!(work);
/// let mut ticks = interval(Duration::from_secs(2));
/// let answer = loop {
///     vitte::select! {
///         answer = &mut work => break answer,
///         _ = ticks.tick() => println!("still working"),
///     }
/// };
/// assert_eq!(answer, 42);
/// # }
/// ```
#[macro_export]
macro_rules! select {
    ($(biased;)? else => $else:expr $(,)?) => {{ $else }};
    (biased; $($branches:tt)+) => {
        $crate::__select_parse! { { start_in_order } $($branches)+ }
    };
    ($($branches:tt)+) => {
        $crate::__select_parse! { { start_at_random } $($branches)+ }
    };
    () => {
        ::core::compile_error!("select! requires at least one branch.")
    };
}

/// Takes the branches apart, one in each step, so that 64 of them stay within the default limit of
/// recursion.
///
/// The state is the way to choose the first branch, the branches so far, the names for those to
/// come. A handler that is a block needs no comma after it, hence the four forms.
#[doc(hidden)]
#[macro_export]
macro_rules! __select_parse {
    // The start: no branches yet, all the names.
    ({ $start:ident } $($branches:tt)+) => {
        $crate::__select_parse! {
            { $start [] [
                (Out0 0 B0) (Out1 1 B1) (Out2 2 B2) (Out3 3 B3) (Out4 4 B4)
                (Out5 5 B5) (Out6 6 B6) (Out7 7 B7) (Out8 8 B8) (Out9 9 B9)
                (Out10 10 B10) (Out11 11 B11) (Out12 12 B12) (Out13 13 B13) (Out14 14 B14)
                (Out15 15 B15) (Out16 16 B16) (Out17 17 B17) (Out18 18 B18) (Out19 19 B19)
                (Out20 20 B20) (Out21 21 B21) (Out22 22 B22) (Out23 23 B23) (Out24 24 B24)
                (Out25 25 B25) (Out26 26 B26) (Out27 27 B27) (Out28 28 B28) (Out29 29 B29)
                (Out30 30 B30) (Out31 31 B31) (Out32 32 B32) (Out33 33 B33) (Out34 34 B34)
                (Out35 35 B35) (Out36 36 B36) (Out37 37 B37) (Out38 38 B38) (Out39 39 B39)
                (Out40 40 B40) (Out41 41 B41) (Out42 42 B42) (Out43 43 B43) (Out44 44 B44)
                (Out45 45 B45) (Out46 46 B46) (Out47 47 B47) (Out48 48 B48) (Out49 49 B49)
                (Out50 50 B50) (Out51 51 B51) (Out52 52 B52) (Out53 53 B53) (Out54 54 B54)
                (Out55 55 B55) (Out56 56 B56) (Out57 57 B57) (Out58 58 B58) (Out59 59 B59)
                (Out60 60 B60) (Out61 61 B61) (Out62 62 B62) (Out63 63 B63) (Out64 64 B64)
            ] }
            $($branches)+
        }
    };

    // The end, without and with an `else` branch.
    ({ $start:ident [$($done:tt)+] [($outputs:ident $count:tt $_:ident) $($names:tt)*] }) => {
        $crate::__select_run! {
            $start $outputs $count [$($done)+]
            ::core::panic!("all branches are disabled and there is no else branch")
        }
    };
    (
        { $start:ident [$($done:tt)+] [($outputs:ident $count:tt $_:ident) $($names:tt)*] }
        else => $else:expr $(,)?
    ) => {
        $crate::__select_run! { $start $outputs $count [$($done)+] $else }
    };

    // One entry is left and is not for a branch: it counts 64 of them.
    ({ $start:ident [$($done:tt)+] [$last:tt] } $($rest:tt)+) => {
        ::core::compile_error!("select! supports up to 64 branches.")
    };

    // One branch.
    (
        { $start:ident [$($done:tt)*] [($_:ident $index:tt $variant:ident) $($names:tt)+] }
        $bind:pat = $future:expr $(, if $condition:expr)? => $handler:block, $($rest:tt)*
    ) => {
        $crate::__select_parse! {
            { $start [
                $($done)*
                ($index $variant $bind = $future, [$($condition)?] => $handler)
            ] [$($names)+] }
            $($rest)*
        }
    };
    (
        { $start:ident [$($done:tt)*] [($_:ident $index:tt $variant:ident) $($names:tt)+] }
        $bind:pat = $future:expr $(, if $condition:expr)? => $handler:block $($rest:tt)*
    ) => {
        $crate::__select_parse! {
            { $start [
                $($done)*
                ($index $variant $bind = $future, [$($condition)?] => $handler)
            ] [$($names)+] }
            $($rest)*
        }
    };
    (
        { $start:ident [$($done:tt)*] [($_:ident $index:tt $variant:ident) $($names:tt)+] }
        $bind:pat = $future:expr $(, if $condition:expr)? => $handler:expr
    ) => {
        $crate::__select_parse! {
            { $start [
                $($done)*
                ($index $variant $bind = $future, [$($condition)?] => $handler)
            ] [$($names)+] }
        }
    };
    (
        { $start:ident [$($done:tt)*] [($_:ident $index:tt $variant:ident) $($names:tt)+] }
        $bind:pat = $future:expr $(, if $condition:expr)? => $handler:expr, $($rest:tt)*
    ) => {
        $crate::__select_parse! {
            { $start [
                $($done)*
                ($index $variant $bind = $future, [$($condition)?] => $handler)
            ] [$($names)+] }
            $($rest)*
        }
    };
}

/// The code of a `select!` whose branches have been taken apart.
///
/// The handlers stand outside of the scope of the futures, so that they may use what those
/// borrowed; that is why the output travels in an enum. All names that users' expressions could
/// see are local variables, which macros keep apart, and no item is declared.
#[doc(hidden)]
#[macro_export]
macro_rules! __select_run {
    (
        $start:ident $outputs:ident $count:tt
        [$((
            $index:tt $variant:ident
            $bind:pat = $future:expr, [$($condition:expr)?] => $handler:expr
        ))+]
        $else:expr
    ) => {{
        let mut disabled = $crate::macros::support::BranchSet::EMPTY;
        $($(
            if !$condition {
                disabled.insert($index);
            }
        )?)+

        // Mutable, here and below, for patterns that bind by `ref mut`.
        #[allow(unused_mut)]
        let mut output = {
            // Bound as they are first: a temporary that an expression borrows then lives as long.
            let operands = ($($future,)+);
            let mut futures = ($(
                $crate::macros::support::IntoFuture::into_future(operands.$index),
            )+);
            // The closure holds a reference: were it to own the futures, moving it would move them.
            let futures = &mut futures;

            $crate::macros::support::poll_fn(move |cx| {
                // With no budget left, the futures that take part in it would only yield, and the
                // others would go on forever.
                $crate::macros::support::ready!(
                    $crate::macros::support::poll_budget_available(cx)
                );
                let futures = &mut *futures;
                let mut pending = false;
                for branch in $crate::macros::support::$start($count) {
                    if disabled.contains(branch) {
                        continue;
                    }
                    match branch {
                        $(
                            // An output may be of a type without values.
                            #[allow(unreachable_code)]
                            $index => {
                                // SAFETY: the tuple is a local variable of the block around this
                                // closure, from where nothing moves its fields.
                                let future = unsafe {
                                    $crate::macros::support::Pin::new_unchecked(
                                        &mut futures.$index,
                                    )
                                };
                                #[allow(unused_mut)]
                                let mut output =
                                    match $crate::macros::support::Future::poll(future, cx) {
                                        $crate::macros::support::Poll::Ready(output) => output,
                                        $crate::macros::support::Poll::Pending => {
                                            pending = true;
                                            continue;
                                        }
                                    };
                                disabled.insert($index);

                                // Whether the pattern matches is asked in a guard that always
                                // fails: the pattern then binds by reference, whatever it says,
                                // and the output stays where it is.
                                let mut matched = false;
                                #[allow(unused_variables, unused_mut, unreachable_patterns)]
                                match output {
                                    $bind if {
                                        matched = true;
                                        false
                                    } =>
                                    {
                                        ::core::unreachable!("the guard has failed")
                                    }
                                    _ => {}
                                }
                                if matched {
                                    return $crate::macros::support::Poll::Ready(
                                        $crate::macros::support::$outputs::$variant(output),
                                    );
                                }
                            }
                        )+
                        _ => ::core::unreachable!("there is no such branch"),
                    }
                }
                if pending {
                    $crate::macros::support::Poll::Pending
                } else {
                    $crate::macros::support::Poll::Ready(
                        $crate::macros::support::$outputs::Disabled,
                    )
                }
            })
            .await
        };

        match output {
            $($crate::macros::support::$outputs::$variant($bind) => $handler,)+
            $crate::macros::support::$outputs::Disabled => $else,
            _ => ::core::unreachable!("the pattern has matched before"),
        }
    }};
}
