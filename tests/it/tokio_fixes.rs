//! Bugs that tokio has mended and that tokio's own tests do not cover: that vitte does not have
//! them. [docs/tokio-fixes.md](../../docs/tokio-fixes.md) goes through all of them.

use std::future::{Future, pending, poll_fn};
use std::io::{ErrorKind, SeekFrom};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, RawWakerVTable, Wake, Waker};
use std::time::Duration;

use vitte::io::{
    AsyncBufRead, AsyncRead, AsyncReadExt, AsyncSeekExt, AsyncWrite, AsyncWriteExt, BufReader,
    ReadBuf,
};
use vitte::runtime::Builder;
use vitte::sync::{OwnedSemaphorePermit, RwLock, Semaphore, broadcast, mpsc, oneshot, watch};
use vitte::{task, time};

use crate::support::{multi_thread, within_a_minute};

fn noop() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

fn current_thread() -> vitte::runtime::Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A waker whose references can be counted.
struct Counted;

impl Wake for Counted {
    fn wake(self: Arc<Self>) {}
}

/// 7886: a dropped receiver kept the task that had polled it.
#[test]
fn a_dropped_oneshot_receiver_lets_go_of_its_waker() {
    let counted = Arc::new(Counted);
    let (tx, mut rx) = oneshot::channel::<()>();
    let waker = Waker::from(counted.clone());
    let polled = Pin::new(&mut rx).poll(&mut Context::from_waker(&waker));
    assert!(polled.is_pending());
    drop(waker);
    assert_eq!(Arc::strong_count(&counted), 2);
    drop(rx);
    assert_eq!(Arc::strong_count(&counted), 1);
    drop(tx);
}

/// 8405: the sum of merged permits was kept in 32 bits.
#[test]
fn merged_permits_may_be_more_than_32_bits_count() {
    let semaphore = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
    let acquire = || semaphore.clone().try_acquire_many_owned(u32::MAX).unwrap();
    let mut permits: OwnedSemaphorePermit = acquire();
    for _ in 0..3 {
        permits.merge(acquire());
    }
    assert_eq!(permits.num_permits(), 4 * u32::MAX as usize);
    drop(permits);
    assert_eq!(semaphore.available_permits(), Semaphore::MAX_PERMITS);
}

/// 8546: block indices wrapped around. Here positions have 64 bits; what is tested is that blocks
/// are used again over and over without a message lost.
#[test]
fn a_channel_goes_on_over_many_blocks() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    for round in 0..10_000u32 {
        for n in 0..33 {
            tx.send((round, n)).unwrap();
        }
        assert_eq!(rx.len(), 33);
        for n in 0..33 {
            assert_eq!(rx.try_recv(), Ok((round, n)));
        }
        assert!(rx.is_empty());
    }
}

/// 8062: the length of a channel underflowed while others sent and received.
#[test]
fn the_length_of_a_channel_is_never_more_than_was_sent() {
    const MESSAGES: usize = 20_000;
    let (tx, mut rx) = mpsc::channel(64);
    let sending = std::thread::spawn(move || {
        for n in 0..MESSAGES {
            tx.blocking_send(n).unwrap();
        }
    });
    for n in 0..MESSAGES {
        assert!(rx.len() <= 64);
        assert_eq!(rx.blocking_recv(), Some(n));
    }
    sending.join().unwrap();
}

/// 2509: a message that everybody had received stayed until its place was needed.
#[test]
fn broadcast_drops_a_value_that_all_have_received() {
    let (tx, mut one) = broadcast::channel(16);
    let mut other = tx.subscribe();
    let value = Arc::new(());
    tx.send(value.clone()).unwrap();
    drop(one.try_recv().unwrap());
    assert_eq!(Arc::strong_count(&value), 2);
    drop(other.try_recv().unwrap());
    assert_eq!(Arc::strong_count(&value), 1);
}

/// 4867: once all receivers had gone, a new one hung.
#[test]
fn broadcast_can_be_subscribed_to_again() {
    let (tx, rx) = broadcast::channel(2);
    drop(rx);
    assert!(tx.send(1).is_err());
    let mut rx = tx.subscribe();
    let mut receiving = Box::pin(async move { rx.recv().await });
    assert!(receiving.as_mut().poll(&mut noop()).is_pending());
    assert_eq!(tx.send(2).unwrap(), 1);
    assert_eq!(receiving.as_mut().poll(&mut noop()), Poll::Ready(Ok(2)));
}

/// 7232: clones of a value that is not `Sync` were made by several receivers at a time.
#[test]
fn broadcast_clones_a_value_one_at_a_time() {
    struct Alone(std::cell::Cell<bool>);
    impl Clone for Alone {
        fn clone(&self) -> Self {
            assert!(!self.0.replace(true), "cloned by two at a time");
            for _ in 0..20 {
                std::hint::spin_loop();
            }
            assert!(self.0.replace(false));
            Alone(std::cell::Cell::new(false))
        }
    }
    let (tx, rx) = broadcast::channel(64);
    let threads: Vec<_> = (0..3)
        .map(|_| {
            let mut rx = rx.resubscribe();
            std::thread::spawn(move || while rx.blocking_recv().is_ok() {})
        })
        .collect();
    drop(rx);
    for _ in 0..2_000 {
        let _ = tx.send(Alone(std::cell::Cell::new(false)));
    }
    drop(tx);
    for thread in threads {
        thread.join().unwrap();
    }
}

/// 6021: a condition that panicked poisoned the lock for everybody.
#[test]
fn a_panicking_condition_leaves_the_watch_usable() {
    let (tx, mut rx) = watch::channel(1);
    let waiting = std::panic::AssertUnwindSafe(|| {
        let _ = pin!(rx.wait_for(|_| panic!("condition"))).poll(&mut noop());
    });
    assert!(std::panic::catch_unwind(waiting).is_err());
    tx.send(2).unwrap();
    assert_eq!(*rx.borrow_and_update(), 2);
}

/// 2957: the permits of a downgraded guard were counted wrongly.
#[test]
fn a_downgraded_guard_lets_readers_in_and_writers_wait() {
    let lock = RwLock::with_max_readers(0, 2);
    let guard = lock.try_write().unwrap().downgrade();
    let other = lock.try_read().unwrap();
    assert!(lock.try_read().is_err());
    assert!(lock.try_write().is_err());
    drop((guard, other));
    assert!(lock.try_write().is_ok());
}

/// 3689: a waker whose clone panicked left the channel's place for wakers locked for ever.
#[test]
fn a_waker_that_panics_when_cloned_leaves_the_channel_usable() {
    const VTABLE: RawWakerVTable = RawWakerVTable::new(|_| panic!("clone"), |_| {}, |_| {}, |_| {});
    // SAFETY: the functions do nothing with the pointer.
    let waker = unsafe { Waker::new(std::ptr::null(), &VTABLE) };
    let mut cx = Context::from_waker(&waker);
    let (tx, mut rx) = mpsc::channel(1);
    let poll = std::panic::AssertUnwindSafe(|| rx.poll_recv(&mut cx));
    assert!(std::panic::catch_unwind(poll).is_err());
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    assert!(rx.poll_recv(&mut Context::from_waker(&waker)).is_pending());
    tx.try_send(3).unwrap();
    assert!(woken.0.load(Ordering::SeqCst));
    assert_eq!(rx.poll_recv(&mut noop()), Poll::Ready(Some(3)));
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// 2045: clones of one task's waker were taken for different ones.
#[test]
fn wakers_of_one_task_wake_the_same() {
    for runtime in [current_thread(), multi_thread(1).build().unwrap()] {
        let task = runtime.spawn(poll_fn(|cx| {
            let clone = cx.waker().clone();
            Poll::Ready(clone.will_wake(cx.waker()))
        }));
        assert!(runtime.block_on(task).unwrap());
    }
}

/// 4461: the difference of two instants in the wrong order panicked on some systems.
#[test]
fn instants_in_the_wrong_order_are_zero_apart() {
    let early = time::Instant::now();
    let late = early + Duration::from_secs(5);
    assert_eq!(early.duration_since(late), Duration::ZERO);
    assert_eq!(early - late, Duration::ZERO);
    assert_eq!(late.elapsed(), Duration::ZERO);
    assert_eq!(early.checked_duration_since(late), None);
}

/// 6339: `select!` with nothing but `else` did not compile. 4837: attributes of a task-local were
/// lost.
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

/// A reader that is interrupted before everything it does, and then gives one byte.
struct Interrupted {
    left: u8,
    is_next: bool,
}

impl Interrupted {
    fn interrupts(&mut self) -> bool {
        self.is_next = !self.is_next;
        self.is_next
    }
}

impl AsyncRead for Interrupted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.interrupts() {
            return Poll::Ready(Err(ErrorKind::Interrupted.into()));
        }
        if self.left > 0 && buf.remaining() > 0 {
            self.left -= 1;
            buf.put_slice(b"7");
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Interrupted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        if self.interrupts() {
            return Poll::Ready(Err(ErrorKind::Interrupted.into()));
        }
        Poll::Ready(Ok(buf.len().min(1)))
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// 8417, 8432, 8448, 8453, 8455, 8460: an interrupted operation was an error instead of being tried
/// again.
#[test]
fn interrupted_operations_are_tried_again() {
    let source = || Interrupted {
        left: 12,
        is_next: false,
    };
    vitte_block_on(async {
        let mut bytes = [0; 3];
        let mut reader = source();
        assert_eq!(reader.read_exact(&mut bytes).await.unwrap(), 3);
        assert_eq!(reader.read_u8().await.unwrap(), b'7');
        assert_eq!(reader.read_u32().await.unwrap(), 0x3737_3737);
        let mut rest = Vec::new();
        assert_eq!(reader.read_to_end(&mut rest).await.unwrap(), 4);
        let mut text = String::new();
        assert_eq!(source().read_to_string(&mut text).await.unwrap(), 12);
        let mut lines = vitte::io::AsyncBufReadExt::lines(BufReader::new(source()));
        assert_eq!(lines.next_line().await.unwrap().unwrap().len(), 12);
        let mut writer = source();
        writer.write_all(b"abc").await.unwrap();
        writer.write_u64(1).await.unwrap();
        writer.write_all_buf(&mut &b"abc"[..]).await.unwrap();
        let mut buffered = vitte::io::BufWriter::new(source());
        buffered.write_all(b"abcdef").await.unwrap();
        buffered.flush().await.unwrap();
        let copied = vitte::io::copy(&mut source(), &mut source()).await;
        assert_eq!(copied.unwrap(), 12);
        let mut reader = BufReader::new(source());
        let copied = vitte::io::copy_buf(&mut reader, &mut source()).await;
        assert_eq!(copied.unwrap(), 12);
    });
}

fn vitte_block_on<F: Future>(future: F) -> F::Output {
    current_thread().block_on(future)
}

/// 8424: what was copied stayed in the writer's buffer while the reader had nothing.
#[test]
fn copy_buf_flushes_while_the_reader_waits() {
    struct Once(bool);
    impl AsyncRead for Once {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut ReadBuf<'_>,
        ) -> Poll<std::io::Result<()>> {
            Poll::Pending
        }
    }
    impl AsyncBufRead for Once {
        fn poll_fill_buf(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<std::io::Result<&[u8]>> {
            if self.0 {
                Poll::Ready(Ok(b"abc"))
            } else {
                Poll::Pending
            }
        }
        fn consume(mut self: Pin<&mut Self>, _: usize) {
            self.0 = false;
        }
    }
    let mut written = vitte::io::BufWriter::new(Vec::new());
    let mut reader = Once(true);
    {
        let mut copying = pin!(vitte::io::copy_buf(&mut reader, &mut written));
        assert!(copying.as_mut().poll(&mut noop()).is_pending());
    }
    assert_eq!(written.get_ref(), b"abc");
}

/// 6080: limits near the largest number overflowed.
#[test]
fn take_takes_any_limit() {
    vitte_block_on(async {
        let mut bytes = Vec::new();
        let mut reader = (&b"abc"[..]).take(u64::MAX);
        assert_eq!(reader.read_to_end(&mut bytes).await.unwrap(), 3);
        assert_eq!(reader.limit(), u64::MAX - 3);
    });
}

/// 8574: a relative seek overflowed when there was something read ahead.
#[test]
fn a_file_with_bytes_read_ahead_seeks_by_any_distance() {
    let directory = tempfile();
    let path = directory.join("seek");
    std::fs::write(&path, b"0123456789").unwrap();
    vitte_block_on(async {
        let mut file = vitte::fs::File::open(&path).await.unwrap();
        for offset in [i64::MIN, i64::MIN + 1] {
            let mut one = [0];
            file.read_exact(&mut one).await.unwrap();
            let mut reader = BufReader::new(&mut file);
            reader.read_exact(&mut one).await.unwrap();
            assert!(reader.seek(SeekFrom::Current(offset)).await.is_err());
            assert!(file.seek(SeekFrom::Current(offset)).await.is_err());
            file.rewind().await.unwrap();
        }
        let mut all = String::new();
        file.read_to_string(&mut all).await.unwrap();
        assert_eq!(all, "0123456789");
    });
    std::fs::remove_dir_all(directory).unwrap();
}

/// 4316: a write that had returned was lost when the runtime ended before it was done.
#[test]
fn a_write_that_returned_is_done_although_the_runtime_ends() {
    let directory = tempfile();
    for (n, runtime) in [current_thread(), multi_thread(1).build().unwrap()]
        .into_iter()
        .enumerate()
    {
        let path = directory.join(n.to_string());
        let file = runtime.block_on(async {
            let mut file = vitte::fs::File::create(&path).await.unwrap();
            assert_eq!(file.write(b"written").await.unwrap(), 7);
            file
        });
        drop(runtime);
        assert_eq!(std::fs::read(&path).unwrap(), b"written");
        drop(file);
    }
    std::fs::remove_dir_all(directory).unwrap();
}

/// 5555: a directory that was read to its end was read on.
#[test]
fn a_directory_stays_at_its_end() {
    let directory = tempfile();
    std::fs::write(directory.join("one"), b"").unwrap();
    vitte_block_on(async {
        let mut entries = vitte::fs::read_dir(&directory).await.unwrap();
        assert!(entries.next_entry().await.unwrap().is_some());
        for _ in 0..3 {
            assert!(entries.next_entry().await.unwrap().is_none());
        }
    });
    std::fs::remove_dir_all(directory).unwrap();
}

/// An empty directory of this test's own.
fn tempfile() -> std::path::PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("vitte-fixes-{}-{number}", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::create_dir(&path).unwrap();
    path
}

/// 6329: a descriptor that the system refused to watch stayed in the driver's list.
#[cfg(target_os = "linux")]
#[test]
fn a_refused_registration_leaves_nothing_behind() {
    use vitte::io::unix::AsyncFd;

    let runtime = current_thread();
    let _entered = runtime.enter();
    let registered = || runtime.metrics().io_driver_fd_registered_count();
    let before = registered();
    // Ordinary files are always ready, and epoll refuses them.
    let regular = std::fs::File::open(std::env::current_exe().unwrap()).unwrap();
    // SAFETY: it is given away, and nobody else closes it.
    assert!(unsafe { AsyncFd::register(regular) }.is_err());
    assert_eq!(registered(), before);
}

/// 8511: a backlog beyond `i32::MAX` became a negative one.
#[test]
fn a_socket_listens_with_the_largest_backlog() {
    vitte_block_on(async {
        let socket = vitte::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(u32::MAX).unwrap();
        let address = listener.local_addr().unwrap();
        let connected = vitte::net::TcpStream::connect(address);
        let (client, server) = vitte::join!(connected, listener.accept());
        client.unwrap();
        server.unwrap();
    });
}

/// 4315: a child that waits for the end of its output's reader was waited for, which kept the
/// reader.
#[cfg(unix)]
#[test]
fn the_output_of_a_child_is_complete() {
    within_a_minute(|| {
        vitte_block_on(async {
            let output = vitte::process::Command::new("sh")
                .args(["-c", "head -c 300000 /dev/zero; echo done >&2"])
                .output()
                .await
                .unwrap();
            assert_eq!(output.stdout.len(), 300_000);
            assert_eq!(output.stderr, b"done\n");
        });
    });
}

/// 7672: the error of a child after the end of the runtime was another one on new compilers.
#[cfg(unix)]
#[test]
fn a_child_of_a_runtime_that_is_gone_cannot_be_waited_for() {
    let runtime = current_thread();
    let mut child = runtime.block_on(async {
        vitte::process::Command::new("sleep")
            .arg("1000")
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    });
    drop(runtime);
    let waited = std::panic::AssertUnwindSafe(|| pin!(child.wait()).poll(&mut noop()));
    if let Ok(Poll::Ready(waited)) = std::panic::catch_unwind(waited) {
        assert!(waited.is_err(), "{waited:?}");
    }
}

/// 6148: a task that was woken while thread-locals were destroyed panicked.
#[test]
fn a_task_may_be_woken_while_thread_locals_are_destroyed() {
    struct WakeOnDrop(Option<oneshot::Sender<u32>>);
    impl Drop for WakeOnDrop {
        fn drop(&mut self) {
            self.0.take().unwrap().send(5).unwrap();
        }
    }
    thread_local! {
        static LAST: std::cell::RefCell<Option<WakeOnDrop>> =
            const { std::cell::RefCell::new(None) };
    }
    for runtime in [current_thread(), multi_thread(1).build().unwrap()] {
        let (tx, rx) = oneshot::channel();
        let task = runtime.spawn(rx);
        let thread = std::thread::spawn(move || {
            LAST.with(|last| *last.borrow_mut() = Some(WakeOnDrop(Some(tx))));
        });
        assert_eq!(runtime.block_on(task).unwrap(), Ok(5));
        thread.join().unwrap();
    }
}

/// 6999, 7216: a yield inside `block_in_place` waited for a worker that was not there.
#[test]
fn a_yield_inside_block_in_place_goes_on() {
    within_a_minute(|| {
        let runtime = multi_thread(1).build().unwrap();
        let task = runtime.spawn(async {
            task::block_in_place(|| {
                let handle = vitte::runtime::Handle::current();
                handle.block_on(async {
                    for _ in 0..10 {
                        task::yield_now().await;
                    }
                });
            });
            7
        });
        assert_eq!(runtime.block_on(task).unwrap(), 7);
    });
}

/// 3564: each runtime left something behind.
#[cfg(target_os = "linux")]
#[test]
fn many_runtimes_one_after_the_other_take_no_more_memory() {
    let resident = || {
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        let pages: usize = statm.split(' ').nth(1).unwrap().parse().unwrap();
        pages * 4096
    };
    let one = || {
        let runtime = current_thread();
        runtime.spawn(pending::<()>());
        runtime.block_on(async { time::sleep(Duration::from_micros(1)).await });
    };
    (0..200).for_each(|_| one());
    let before = resident();
    (0..1_000).for_each(|_| one());
    // Other tests run meanwhile. A runtime takes some tens of kilobytes.
    let more = resident().saturating_sub(before);
    assert!(more < 30 << 20, "{more} bytes more");
}
