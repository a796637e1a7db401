//! Signals that this process sends to itself.

use rustix::process::{Signal as Number, getpid, kill_process};

use super::unix::{SignalKind, signal};
use crate::testing::{both, run};

fn raise(number: Number) {
    kill_process(getpid(), number).unwrap();
}

#[test]
fn every_listener_gets_the_signal() {
    run(async {
        let mut one = signal(SignalKind::user_defined1()).unwrap();
        let mut other = signal(SignalKind::user_defined1()).unwrap();
        let mut unrelated = signal(SignalKind::window_change()).unwrap();
        for _ in 0..3 {
            raise(Number::USR1);
            assert_eq!(both(one.recv(), other.recv()).await, (Some(()), Some(())));
        }
        raise(Number::WINCH);
        assert_eq!(unrelated.recv().await, Some(()));
    });
}

#[test]
fn signals_between_two_looks_are_one() {
    run(async {
        let mut signals = signal(SignalKind::user_defined2()).unwrap();
        let mut end = signal(SignalKind::hangup()).unwrap();
        raise(Number::USR2);
        raise(Number::USR2);
        raise(Number::HUP);
        assert_eq!(end.recv().await, Some(()));
        assert_eq!(signals.recv().await, Some(()));
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(signals.poll_recv(&mut cx).is_pending());
    });
}

#[test]
fn a_second_runtime_listens_too() {
    for _ in 0..2 {
        run(async {
            let mut signals = signal(SignalKind::alarm()).unwrap();
            raise(Number::ALARM);
            assert_eq!(signals.recv().await, Some(()));
        });
    }
}

#[test]
fn what_cannot_be_caught_is_refused() {
    run(async {
        for number in [-1, 0, 9, 1000] {
            let error = signal(SignalKind::from_raw(number)).unwrap_err();
            assert_eq!(error.kind(), std::io::ErrorKind::Other);
        }
    });
}
