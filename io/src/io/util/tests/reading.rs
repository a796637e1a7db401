use std::io::{self, ErrorKind, SeekFrom};
use std::mem::MaybeUninit;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use vitte_context::park::block_on;

use super::poll_once;
use super::scripted::{Scripted, Step};
use crate::io::{
    AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncSeekExt, BufReader, ReadBuf, repeat,
};

#[test]
fn initialised_memory_is_zeroed_once() {
    let mut memory = [MaybeUninit::uninit(); 8];
    let mut buf = ReadBuf::uninit(&mut memory);
    buf.initialize_unfilled_to(4).fill(7);
    buf.advance(2);
    assert_eq!(buf.initialize_unfilled(), [7, 7, 0, 0, 0, 0]);
    assert_eq!(buf.initialized(), [7, 7, 7, 7, 0, 0, 0, 0]);
    buf.clear();
    assert_eq!((buf.filled().len(), buf.initialized().len()), (0, 8));
}

#[test]
#[should_panic = "filled must not become larger than initialized"]
fn filled_cannot_outgrow_initialized() {
    let mut memory = [MaybeUninit::uninit(); 8];
    ReadBuf::uninit(&mut memory).advance(1);
}

/// Puts a buffer of its own in the place of the one that it was given, all in safe code.
struct Impostor;

impl AsyncRead for Impostor {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        *buf = ReadBuf::new(&mut []);
        Poll::Ready(Ok(()))
    }
}

#[test]
fn readers_that_swap_the_buffer_are_caught() {
    type Read = fn() -> io::Result<usize>;
    let reads: [Read; 3] = [
        || block_on(Impostor.read_to_end(&mut Vec::new())),
        || block_on(Impostor.read_buf(&mut Vec::<u8>::with_capacity(64))),
        || block_on(Impostor.take(8).read(&mut [0; 64])),
    ];
    for read in reads {
        assert!(std::panic::catch_unwind(read).is_err());
    }
}

#[test]
fn read_to_end_does_not_grow_a_vector_of_the_right_size() {
    let data = [1; 100];
    let mut buf = Vec::with_capacity(100);
    let capacity = buf.capacity();
    assert_eq!(block_on((&data[..]).read_to_end(&mut buf)).unwrap(), 100);
    assert_eq!((buf.capacity(), &buf[..]), (capacity, &data[..]));
}

#[test]
fn read_to_string_restores_the_string_after_errors() {
    let mut text = String::from("before ");
    let mut reader = Scripted::new([Step::Read(b"some"), Step::Fail(ErrorKind::BrokenPipe)]);
    let error = block_on(reader.read_to_string(&mut text)).unwrap_err();
    assert_eq!((error.kind(), &*text), (ErrorKind::BrokenPipe, "before "));

    let mut reader = Scripted::new([Step::Read(b"ok"), Step::Read(b"\xff")]);
    let error = block_on(reader.read_to_string(&mut text)).unwrap_err();
    assert_eq!((error.kind(), &*text), (ErrorKind::InvalidData, "before "));
}

#[test]
fn read_line_keeps_what_was_read_before_an_error() {
    let script = [
        Step::Read(b"par"),
        Step::Fail(ErrorKind::Interrupted),
        Step::Read(b"t"),
        Step::Fail(ErrorKind::BrokenPipe),
    ];
    let mut reader = BufReader::new(Scripted::new(script));
    let mut line = String::from("a ");
    let error = block_on(reader.read_line(&mut line)).unwrap_err();
    assert_eq!((error.kind(), &*line), (ErrorKind::BrokenPipe, "a part"));
}

#[test]
fn next_line_survives_being_dropped() {
    let script = [
        Step::Read(b"on"),
        Step::Pending,
        Step::Read(b"e\r\n\r\nx\ry"),
    ];
    let mut lines = BufReader::new(Scripted::new(script)).lines();
    assert!(poll_once(pin!(lines.next_line())).is_pending());
    for expected in ["one", "", "x\ry"] {
        let line = block_on(lines.next_line()).unwrap();
        assert_eq!(line.as_deref(), Some(expected));
    }
    assert_eq!(block_on(lines.next_line()).unwrap(), None);
}

#[test]
fn numbers_may_come_in_pieces() {
    let mut reader = Scripted::new([
        Step::Read(b"\x01"),
        Step::Fail(ErrorKind::Interrupted),
        Step::Read(b"\x02\x03"),
        Step::Read(b"\x04"),
        Step::Read(b"\xff"),
    ]);
    assert_eq!(block_on(reader.read_u32()).unwrap(), 0x0102_0304);
    let error = block_on(reader.read_u16_le()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn relative_seek_allows_for_what_was_read_ahead() {
    let mut reader = BufReader::new(Scripted::new([Step::Read(b"0123456789")]));
    assert_eq!(block_on(reader.read_u8()).unwrap(), b'0');
    block_on(reader.seek(SeekFrom::Current(2))).unwrap();
    assert_eq!(reader.get_ref().seeks, [SeekFrom::Current(-7)]);
    assert!(reader.buffer().is_empty());
}

#[test]
fn seek_that_does_not_fit_is_made_in_two_steps() {
    let mut reader = BufReader::new(Scripted::new([Step::Read(b"0123456789")]));
    assert_eq!(block_on(reader.read_u8()).unwrap(), b'0');
    block_on(reader.seek(SeekFrom::Current(i64::MIN))).unwrap();
    let steps = [SeekFrom::Current(-9), SeekFrom::Current(i64::MIN)];
    assert_eq!(reader.get_ref().seeks, steps);
}

#[test]
fn take_does_not_ask_a_reader_beyond_the_limit() {
    let mut reader = Scripted::new([Step::Read(b"abc"), Step::Fail(ErrorKind::Other)]).take(3);
    let mut buf = Vec::new();
    assert_eq!(block_on(reader.read_to_end(&mut buf)).unwrap(), 3);
    assert_eq!((reader.limit(), &buf[..]), (0, &b"abc"[..]));
}

#[test]
fn chain_ends_its_first_reader_only_when_there_was_room() {
    let mut reader = (&b"a"[..]).chain(repeat(b'b'));
    assert_eq!(block_on(reader.read(&mut [])).unwrap(), 0);
    let mut buf = [0; 3];
    block_on(reader.read_exact(&mut buf)).unwrap();
    assert_eq!(&buf, b"abb");
}
