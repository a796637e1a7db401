use std::future::Future;
use std::io::{ErrorKind, IoSlice};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use vitte_context::coop;
use vitte_context::park::block_on;

use super::poll_once;
use crate::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, SimplexStream, duplex, simplex, split};

#[test]
fn full_pipe_makes_the_writer_wait_for_the_reader() {
    let (mut a, mut b) = duplex(4);
    assert_eq!(block_on(a.write(b"abcdef")).unwrap(), 4);
    assert!(poll_once(pin!(a.write(b"ef"))).is_pending());
    let mut buf = [0; 8];
    assert_eq!(block_on(b.read(&mut buf)).unwrap(), 4);
    let slices = [
        IoSlice::new(b"ef"),
        IoSlice::new(b""),
        IoSlice::new(b"ghij"),
    ];
    assert_eq!(block_on(a.write_vectored(&slices)).unwrap(), 4);
    assert_eq!(block_on(b.read(&mut buf)).unwrap(), 4);
    assert_eq!(&buf[..4], b"efgh");
}

#[test]
fn drop_of_one_side_ends_the_other() {
    let (mut a, mut b) = duplex(16);
    block_on(a.write_all(b"last")).unwrap();
    drop(a);
    let error = block_on(b.write(b"x")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    let mut rest = Vec::new();
    assert_eq!(block_on(b.read_to_end(&mut rest)).unwrap(), 4);
}

#[test]
fn shutdown_ends_one_direction_only() {
    let (mut a, mut b) = duplex(16);
    block_on(a.shutdown()).unwrap();
    assert_eq!(block_on(b.read(&mut [0; 1])).unwrap(), 0);
    block_on(b.write_all(b"x")).unwrap();
    assert_eq!(block_on(a.read_u8()).unwrap(), b'x');
}

/// A waker that reads from the pipe that wakes it, and would deadlock if a lock were held.
struct ReadsWhenWoken {
    pipe: Mutex<Option<DuplexStream>>,
    read: Mutex<Vec<usize>>,
}

impl ReadsWhenWoken {
    fn read(&self, cx: &mut Context<'_>) -> Poll<std::io::Result<usize>> {
        let mut pipe = self.pipe.lock().unwrap().take().unwrap();
        let polled = pin!(pipe.read(&mut [0; 8])).poll(cx);
        *self.pipe.lock().unwrap() = Some(pipe);
        polled
    }
}

impl Wake for ReadsWhenWoken {
    fn wake(self: Arc<Self>) {
        let polled = self.read(&mut Context::from_waker(Waker::noop()));
        let Poll::Ready(Ok(count)) = polled else {
            panic!("woken for nothing");
        };
        self.read.lock().unwrap().push(count);
    }
}

#[test]
fn wakers_are_woken_outside_the_lock() {
    let (mut a, b) = duplex(16);
    let reader = Arc::new(ReadsWhenWoken {
        pipe: Mutex::new(Some(b)),
        read: Mutex::default(),
    });
    let waker = Waker::from(reader.clone());
    let cx = &mut Context::from_waker(&waker);
    assert!(reader.read(cx).is_pending());
    block_on(a.write_all(b"abc")).unwrap();
    assert!(reader.read(cx).is_pending());
    drop(a);
    assert_eq!(*reader.read.lock().unwrap(), [3, 0]);
}

#[test]
fn pipe_takes_budget_only_for_progress() {
    let (mut a, mut b) = duplex(1024);
    let mut cx = Context::from_waker(Waker::noop());
    coop::with_full(|| {
        for _ in 0..1000 {
            assert!(pin!(b.read_u8()).poll(&mut cx).is_pending());
        }
        assert_eq!(coop::current(), coop::Budget::FULL);
        let written = (0..1000)
            .take_while(|_| matches!(pin!(a.write_u8(1)).poll(&mut cx), Poll::Ready(_)))
            .count();
        assert_eq!(written, usize::from(coop::INITIAL));
    });
}

#[test]
fn simplex_ends_where_the_writer_shut_down() {
    let (mut read, mut write) = simplex(8);
    block_on(write.write_all(b"vitte")).unwrap();
    block_on(write.shutdown()).unwrap();
    let mut text = String::new();
    block_on(read.read_to_string(&mut text)).unwrap();
    assert_eq!(text, "vitte");
    assert!(poll_once(pin!(read.unsplit(write).write(b"x"))).is_ready());
}

#[test]
#[should_panic = "Unrelated `split::Write` passed to `split::Read::unsplit`."]
fn halves_of_different_streams_do_not_unsplit() {
    let (read, _) = split(SimplexStream::new_unsplit(1));
    let (_, write) = split(SimplexStream::new_unsplit(1));
    read.unsplit(write);
}
