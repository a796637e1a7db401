use std::io::{ErrorKind, IoSlice, SeekFrom};
use std::pin::pin;

use bytes::{Buf, Bytes};
use vitte_context::park::block_on;

use super::poll_once;
use super::scripted::{Scripted, Step};
use crate::io::{AsyncSeekExt, AsyncWriteExt, BufReader, BufStream, BufWriter};

#[test]
fn write_all_goes_on_after_short_and_interrupted_writes() {
    let script = [
        Step::Write(2),
        Step::Fail(ErrorKind::Interrupted),
        Step::Write(1),
    ];
    let mut writer = Scripted::new(script);
    block_on(writer.write_all(b"vitte")).unwrap();
    assert_eq!(writer.written, b"vitte");
}

#[test]
fn writer_that_takes_nothing_is_an_error() {
    let write_zero = |result: std::io::Result<()>| {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::WriteZero);
    };
    write_zero(block_on(Scripted::new([Step::Write(0)]).write_all(b"x")));
    write_zero(block_on(Scripted::new([Step::Write(0)]).write_u64(1)));
    let mut buf = Bytes::from("x");
    write_zero(block_on(
        Scripted::new([Step::Write(0)]).write_all_buf(&mut buf),
    ));
    let mut buffered = BufWriter::new(Scripted::new([Step::Write(0)]));
    block_on(buffered.write_all(b"x")).unwrap();
    write_zero(block_on(buffered.flush()));
    assert_eq!(buffered.buffer(), b"x");
}

#[test]
fn write_all_buf_can_be_resumed() {
    let mut writer = Scripted::new([Step::Write(3), Step::Pending]);
    writer.vectored = true;
    let mut buf = Bytes::from("vi").chain(Bytes::from("tte"));
    assert!(poll_once(pin!(writer.write_all_buf(&mut buf))).is_pending());
    assert_eq!(buf.remaining(), 2);
    block_on(writer.write_all_buf(&mut buf)).unwrap();
    assert_eq!(writer.written, b"vitte");
}

#[test]
fn small_writes_are_gathered_and_large_ones_pass() {
    let mut writer = BufWriter::with_capacity(4, Vec::new());
    block_on(writer.write_all(b"ab")).unwrap();
    assert_eq!(
        (writer.buffer(), &writer.get_ref()[..]),
        (&b"ab"[..], &b""[..])
    );
    block_on(writer.write_all(b"cdef")).unwrap();
    assert_eq!(writer.get_ref(), b"abcdef");
}

#[test]
fn vectored_writes_are_gathered_for_both_kinds_of_writers() {
    let slices = [
        IoSlice::new(b""),
        IoSlice::new(b"ab"),
        IoSlice::new(b"cd"),
        IoSlice::new(b"e"),
    ];
    for (vectored, expected) in [(true, 5), (false, 4)] {
        let inner = Scripted {
            vectored,
            ..Scripted::default()
        };
        let mut writer = BufWriter::with_capacity(4, inner);
        let count = block_on(writer.write_vectored(&slices)).unwrap();
        block_on(writer.flush()).unwrap();
        assert_eq!(
            (count, &writer.get_ref().written[..]),
            (expected, &b"abcde"[..expected])
        );
    }
}

#[test]
fn seeking_writes_the_buffer_out_first() {
    let mut writer = BufWriter::new(Scripted::new([Step::Write(1), Step::Pending]));
    block_on(writer.write_all(b"abc")).unwrap();
    let mut seek = Box::pin(writer.seek(SeekFrom::Start(9)));
    assert!(poll_once(seek.as_mut()).is_pending());
    block_on(seek).unwrap();
    assert_eq!(writer.get_ref().written, b"abc");
    assert_eq!(writer.get_ref().seeks, [SeekFrom::Start(9)]);
}

#[test]
fn buf_stream_keeps_both_buffers_when_made_inside_out() {
    let reader = BufReader::new(Scripted::default());
    let mut writer = BufWriter::new(reader);
    block_on(writer.write_all(b"kept")).unwrap();
    let mut stream = BufStream::from(writer);
    block_on(stream.flush()).unwrap();
    assert_eq!(stream.into_inner().written, b"kept");
}
