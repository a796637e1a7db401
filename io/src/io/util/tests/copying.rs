use std::io::ErrorKind;
use std::pin::pin;
use std::task::Poll;

use vitte_context::park::block_on;

use super::poll_once;
use super::scripted::{Scripted, Step};
use crate::io::{
    BufReader, copy, copy_bidirectional, copy_bidirectional_with_sizes, copy_buf, empty, join,
    repeat, sink,
};

#[test]
fn writer_is_flushed_while_the_reader_waits() {
    let mut reader = Scripted::new([Step::Read(b"question"), Step::Pending]);
    let mut writer = Scripted::default();
    assert!(poll_once(pin!(copy(&mut reader, &mut writer))).is_pending());
    assert_eq!((&writer.written[..], writer.flushes), (&b"question"[..], 1));

    let mut reader = BufReader::new(Scripted::new([Step::Read(b"question"), Step::Pending]));
    let mut writer = Scripted::default();
    assert!(poll_once(pin!(copy_buf(&mut reader, &mut writer))).is_pending());
    assert_eq!((&writer.written[..], writer.flushes), (&b"question"[..], 1));
}

#[test]
fn copy_reads_on_while_the_writer_is_busy() {
    let mut reader = Scripted::new([Step::Read(b"ab"), Step::Read(b"cd")]);
    let mut writer = Scripted::new([Step::Pending]);
    {
        let mut future = pin!(copy(&mut reader, &mut writer));
        assert!(poll_once(future.as_mut()).is_pending());
        assert!(matches!(poll_once(future), Poll::Ready(Ok(4))));
    }
    assert!(reader.script.is_empty());
    assert_eq!(writer.written, b"abcd");
}

#[test]
fn endless_copy_yields_when_its_budget_is_used_up() {
    // Each poll would never return otherwise.
    assert!(poll_once(pin!(copy(&mut repeat(1), &mut sink()))).is_pending());
    let (mut a, mut b) = (join(repeat(1), sink()), join(empty(), sink()));
    assert!(poll_once(pin!(copy_bidirectional(&mut a, &mut b))).is_pending());
}

#[test]
fn both_directions_are_counted_and_shut_down() {
    let mut a = Scripted::new([Step::Read(b"abc")]);
    let mut b = Scripted::default();
    let counts = block_on(copy_bidirectional(&mut a, &mut b)).unwrap();
    assert_eq!((counts, &b.written[..]), ((3, 0), &b"abc"[..]));
    // A flush and a shutdown each.
    assert_eq!((a.flushes, b.flushes), (2, 2));
}

#[test]
fn error_of_one_direction_ends_both() {
    let mut a = Scripted::new([Step::Fail(ErrorKind::ConnectionReset)]);
    let mut b = Scripted::new([Step::Pending]);
    let error = block_on(copy_bidirectional(&mut a, &mut b)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[test]
#[should_panic = "`b_to_a_buf_size` must be greater than 0"]
fn buffers_of_no_size_are_refused() {
    let _ = block_on(copy_bidirectional_with_sizes(
        &mut Scripted::default(),
        &mut Scripted::default(),
        1,
        0,
    ));
}
