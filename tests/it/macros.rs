//! `select!`, `join!`, `try_join!`, `pin!` and the attributes.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::{pending, poll_fn, ready};
use std::task::Poll;

/// A future that is ready when it has been polled `polls` times, and counts them.
async fn ready_after(polls: u32, polled: &Cell<u32>) -> u32 {
    poll_fn(|cx| {
        polled.set(polled.get() + 1);
        if polled.get() >= polls {
            return Poll::Ready(polled.get());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

#[vitte::test]
async fn select_runs_the_handler_whose_pattern_fits() {
    let winner = vitte::select! {
        Some(n) = async { None::<u32> } => n,
        n = async { 7 } => n,
    };
    assert_eq!(winner, 7);
}

#[vitte::test]
async fn select_polls_in_order_when_biased() {
    for _ in 0..100 {
        let first = vitte::select! {
            biased;
            _ = ready(()) => 1,
            _ = ready(()) => 2,
        };
        assert_eq!(first, 1);
    }
}

#[vitte::test]
async fn select_reaches_every_ready_branch() {
    let mut seen = [0; 3];
    for _ in 0..1000 {
        let branch = vitte::select! {
            _ = ready(()) => 0,
            _ = ready(()) => 1,
            _ = ready(()) => 2,
        };
        seen[branch] += 1;
    }
    assert!(seen.iter().all(|&count| count > 200), "{seen:?}");
}

#[vitte::test]
async fn select_never_polls_a_disabled_branch() {
    let polled = Cell::new(0);
    vitte::select! {
        _ = ready_after(1, &polled), if polled.get() > 0 => unreachable!(),
        else => {}
    }
    assert_eq!(polled.get(), 0);
}

#[vitte::test]
async fn select_keeps_what_its_pattern_binds() {
    let mut text = String::from("a");
    vitte::select! {
        (mut moved, _) = async { (String::from("b"), 1) } => {
            moved.push('c');
            text.push_str(&moved);
        }
    }
    vitte::select! {
        ref mut borrowed = async { String::from("d") } => {
            borrowed.push('e');
            text.push_str(borrowed);
        }
    }
    vitte::select! {
        Ok(n @ 1..=9) | Err(n) = async { Ok::<u32, u32>(3) } => text.push_str(&n.to_string()),
        else => unreachable!(),
    }
    assert_eq!(text, "abcde3");
}

#[vitte::test]
async fn select_handlers_may_use_what_the_futures_borrowed() {
    let mut value = 1;
    vitte::select! {
        biased;
        () = async { value += 1; pending().await } => {}
        () = ready(()) => value += 10,
    }
    assert_eq!(value, 12);
}

#[vitte::test]
async fn select_handlers_may_leave_the_loop_and_the_function() {
    async fn first_even(numbers: &[u32]) -> Result<u32, u32> {
        let mut numbers = numbers.iter();
        loop {
            vitte::select! {
                Some(n) = async { numbers.next() } => {
                    if n % 2 == 1 { continue }
                    if *n > 100 { Err(*n)?; }
                    break Ok(*n);
                }
                else => return Err(0),
            }
        }
    }
    assert_eq!(first_even(&[1, 3, 4]).await, Ok(4));
    assert_eq!(first_even(&[1, 102]).await, Err(102));
    assert_eq!(first_even(&[1]).await, Err(0));
}

#[deny(unreachable_code, unused_variables, unreachable_patterns)]
#[vitte::test]
async fn select_takes_outputs_without_values() {
    let n = vitte::select! {
        never = pending::<Infallible>() => match never {},
        n = async { 3 } => n,
    };
    assert_eq!(n, 3);
}

#[vitte::test]
async fn select_declares_nothing_that_handlers_see() {
    const BRANCHES: u32 = 10;
    #[allow(non_snake_case)]
    let B0 = 1;
    let disabled = 2;
    let sum = vitte::select! { output = async { 4 } => output + BRANCHES + B0 + disabled };
    assert_eq!(sum, 17);
}

#[vitte::test]
#[should_panic(expected = "all branches are disabled and there is no else branch")]
async fn select_panics_when_no_branch_is_left() {
    vitte::select! { Some(()) = async { None } => {} }
}

#[vitte::test]
async fn select_goes_on_with_a_pinned_future() {
    let polled = Cell::new(0);
    let slow = ready_after(3, &polled);
    vitte::pin!(slow);
    let mut rounds = 0;
    let result = loop {
        vitte::select! {
            biased;
            n = &mut slow => break n,
            _ = ready(()) => rounds += 1,
        }
    };
    assert_eq!((result, rounds), (3, 2));
}

#[vitte::test]
async fn join_returns_all_outputs_in_order() {
    let (a, b) = (Cell::new(0), Cell::new(0));
    assert_eq!(
        vitte::join!(ready_after(5, &a), ready_after(2, &b), ready("c")),
        (5, 2, "c")
    );
}

#[vitte::test]
async fn join_does_not_poll_what_is_done() {
    let (short, long) = (Cell::new(0), Cell::new(0));
    vitte::join!(ready_after(1, &short), ready_after(4, &long));
    assert_eq!((short.get(), long.get()), (1, 4));
}

#[vitte::test]
async fn join_begins_with_another_future_each_time() {
    let order = std::sync::Mutex::new(String::new());
    let future = |name| {
        let order = &order;
        let mut polls = 0;
        poll_fn(move |cx| {
            order.lock().unwrap().push(name);
            polls += 1;
            cx.waker().wake_by_ref();
            if polls == 4 {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
    };
    vitte::join!(future('a'), future('b'));
    vitte::join!(biased; future('c'), future('d'));
    assert_eq!(*order.lock().unwrap(), "abbaabbacdcdcdcd");
}

#[vitte::test]
async fn try_join_stops_at_the_first_error() {
    let polled = Cell::new(0);
    let result = vitte::try_join!(
        async { Ok::<_, u32>(ready_after(9, &polled).await) },
        async { Err::<u32, _>(5) },
    );
    assert_eq!(result, Err(5));
    assert_eq!(polled.get(), 1);
}

#[vitte::test]
async fn try_join_returns_all_values() {
    let values: Result<(u32, &str), Infallible> = vitte::try_join!(ready(Ok(1)), ready(Ok("b")));
    assert_eq!(values, Ok((1, "b")));
    let none: Result<(), Infallible> = vitte::try_join!();
    assert_eq!(none, Ok(()));
}

#[vitte::test]
async fn a_test_may_return_a_result() -> Result<(), std::num::ParseIntError> {
    let n: u32 = "5".parse()?;
    assert_eq!(n, 5);
    Ok(())
}

#[vitte::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_runs_in_the_flavor_it_names() {
    let flavor = vitte::runtime::Handle::current().runtime_flavor();
    assert_eq!(flavor, vitte::runtime::RuntimeFlavor::MultiThread);
}

#[vitte::test(start_paused = true)]
async fn a_paused_test_does_not_wait() {
    let started = std::time::Instant::now();
    vitte::time::sleep(std::time::Duration::from_secs(3600)).await;
    assert!(started.elapsed() < std::time::Duration::from_secs(60));
}

mod schedules {
    use std::sync::Mutex;

    /// The branches that a run of selects chose.
    async fn choices() -> Vec<u32> {
        let mut choices = Vec::new();
        for _ in 0..64 {
            choices.push(vitte::select! {
                n = std::future::ready(0) => n,
                n = std::future::ready(1) => n,
            });
        }
        choices
    }

    static SEEN: Mutex<Vec<Vec<u32>>> = Mutex::new(Vec::new());

    #[vitte::test(seeds = 8)]
    async fn each_seed_makes_other_choices() {
        let choices = choices().await;
        let mut seen = SEEN.lock().unwrap();
        assert!(!seen.contains(&choices));
        seen.push(choices);
    }

    static SEEN_BY_SEED: Mutex<Option<Vec<u32>>> = Mutex::new(None);

    async fn same_as_before() {
        let choices = choices().await;
        let mut seen = SEEN_BY_SEED.lock().unwrap();
        assert!(seen.as_ref().is_none_or(|seen| *seen == choices));
        *seen = Some(choices);
    }

    #[vitte::test(seed = 42)]
    async fn one_seed_makes_the_same_choices() {
        same_as_before().await;
    }

    #[vitte::test(seed = 42)]
    async fn one_seed_makes_the_same_choices_again() {
        same_as_before().await;
    }
}

/// tokio 6339: `select!` with nothing but `else` did not compile. tokio 4837: attributes of a
/// task-local were lost.
#[test]
fn macros_take_what_is_left_over() {
    vitte::task_local! {
        #[allow(unused)]
        static UNUSED: u32;
        /// A doc comment is an attribute, too.
        static USED: u32;
    }
    let answer = async {
        vitte::select! {
            else => 42,
        }
    };
    let answer = vitte::runtime::Runtime::new()
        .unwrap()
        .block_on(USED.scope(1, answer));
    assert_eq!(answer, 42);
}
