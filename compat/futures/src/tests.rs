//! Streams through the adapters, both ways.

use std::io::{Cursor, SeekFrom};

use futures::io as fio;
use vitte::io as vio;

use crate::io::{FuturesIoExt, VitteIoExt};

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = vitte::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(future)
}

#[test]
fn stream_of_vitte_reads_writes_and_closes_for_futures() {
    use fio::{AsyncReadExt, AsyncWriteExt};
    block_on(async {
        let (near, far) = vio::duplex(16);
        let (mut near, mut far) = (near.futures_io(), far.futures_io());
        let writer = vitte::spawn(async move {
            near.write_all(b"more than the pipe holds at a time")
                .await
                .unwrap();
            near.close().await.unwrap();
        });
        let mut text = String::new();
        far.read_to_string(&mut text).await.unwrap();
        writer.await.unwrap();
        assert_eq!(text, "more than the pipe holds at a time");
    });
}

#[test]
fn stream_of_futures_reads_writes_and_shuts_down_for_vitte() {
    use vio::{AsyncReadExt, AsyncWriteExt};
    block_on(async {
        let mut reader = fio::Cursor::new(b"bytes").vitte_io();
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).await.unwrap();
        assert_eq!(bytes, b"bytes");

        let mut writer = fio::Cursor::new(Vec::new()).vitte_io();
        writer.write_all(b"bytes").await.unwrap();
        writer.flush().await.unwrap();
        writer.shutdown().await.unwrap();
        assert_eq!(writer.into_inner().into_inner(), b"bytes");
    });
}

#[test]
fn buffered_streams_give_lines_both_ways() {
    block_on(async {
        let mut line = String::new();
        let mut reader = (&b"one\ntwo\n"[..]).futures_io();
        fio::AsyncBufReadExt::read_line(&mut reader, &mut line)
            .await
            .unwrap();
        let mut reader = fio::Cursor::new(b"three\nfour\n").vitte_io();
        vio::AsyncBufReadExt::read_line(&mut reader, &mut line)
            .await
            .unwrap();
        assert_eq!(line, "one\nthree\n");
    });
}

#[test]
fn seeks_arrive_both_ways() {
    block_on(async {
        let mut stream = Cursor::new(vec![0; 100]).futures_io();
        let at = fio::AsyncSeekExt::seek(&mut stream, SeekFrom::End(-1))
            .await
            .unwrap();
        let next = fio::AsyncSeekExt::seek(&mut stream, SeekFrom::Current(-9))
            .await
            .unwrap();
        let same = fio::AsyncSeekExt::seek(&mut stream, SeekFrom::Current(-9))
            .await
            .unwrap();
        assert_eq!((at, next, same), (99, 90, 81));
        let failed = fio::AsyncSeekExt::seek(&mut stream, SeekFrom::Current(-99)).await;
        assert!(failed.is_err());
        assert_eq!(stream.get_ref().position(), 81);

        let mut stream = fio::Cursor::new(vec![0; 100]).vitte_io();
        let at = vio::AsyncSeekExt::seek(&mut stream, SeekFrom::End(-1))
            .await
            .unwrap();
        let next = vio::AsyncSeekExt::seek(&mut stream, SeekFrom::Current(-9))
            .await
            .unwrap();
        assert_eq!((at, next), (99, 90));
        assert_eq!(stream.get_ref().position(), 90);
    });
}

#[test]
fn adapters_take_what_is_not_unpin() {
    fn assert_read<T: futures_io::AsyncRead>(_: &T) {}
    struct Pinned(std::marker::PhantomPinned);
    impl vio::AsyncRead for Pinned {
        fn poll_read(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
            _: &mut vio::ReadBuf<'_>,
        ) -> std::task::Poll<std::io::Result<()>> {
            std::task::Poll::Ready(Ok(()))
        }
    }
    assert_read(&Pinned(std::marker::PhantomPinned).futures_io());
}
