//! The selector on Linux: epoll, edge-triggered, one system call a turn.
//!
//! `polling::Poller` owns the epoll descriptor, as on every system; everything else goes to that
//! descriptor directly. Each file descriptor is registered once, for all that its owner will ever
//! wait for, and never modified. The waker is an eventfd of our own, registered edge-triggered
//! and never read: every write is a new edge.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use polling::Poller;
use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::event::{EventfdFlags, Timespec, eventfd};
use rustix::io::Errno;

use super::WAKE_KEY;
use crate::io::{Interest, Ready};

/// Whether a read or write that moved less than it could proves that the source is drained: a new
/// edge, and for a close its own flag, will follow.
pub(crate) const SHORT_MEANS_DRAINED: bool = true;

/// The epoll instance of one reactor.
#[derive(Debug)]
pub(crate) struct Selector {
    poller: Poller,
    waker: OwnedFd,
    /// True until a call shows that the kernel lacks `epoll_pwait2`.
    has_precise_wait: AtomicBool,
}

/// The buffer for a turn's events.
pub(crate) struct Events {
    buffer: Vec<epoll::Event>,
}

// SAFETY: rustix's event is not `Send` only because its data is a union with a pointer; the data
// is always a number here.
unsafe impl Send for Events {}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Events {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Events {
            buffer: Vec::with_capacity(capacity.max(1)),
        }
    }

    /// Key and readiness of each event of the last wait.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, Ready)> + '_ {
        self.buffer
            .iter()
            .map(|event| (event.data.u64() as usize, ready_from(event.flags)))
    }
}

impl Selector {
    pub(crate) fn new() -> io::Result<Self> {
        let poller = Poller::new()?;
        let waker = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let data = EventData::new_u64(WAKE_KEY as u64);
        epoll::add(&poller, &waker, data, EventFlags::IN | EventFlags::ET)?;
        Ok(Selector {
            poller,
            waker,
            has_precise_wait: AtomicBool::new(true),
        })
    }

    /// Registers a descriptor under a key.
    pub(crate) fn add(&self, fd: RawFd, key: usize, interest: Interest) -> io::Result<()> {
        let fd = borrow(fd)?;
        let data = EventData::new_u64(key as u64);
        Ok(epoll::add(&self.poller, fd, data, flags_for(interest))?)
    }

    /// What a registered descriptor needs besides its events: nothing.
    #[inline]
    pub(crate) fn arming(&self, _fd: RawFd, _interest: Interest) -> Arming {
        Arming
    }

    pub(crate) fn delete(&self, fd: RawFd) -> io::Result<()> {
        Ok(epoll::delete(&self.poller, borrow(fd)?)?)
    }

    /// Waits until something happens or the timeout has passed; a signal ends the wait as well.
    pub(crate) fn wait(&self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
        events.buffer.clear();
        match self.wait_into(&mut events.buffer, timeout) {
            Ok(()) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn wait_into(
        &self,
        buffer: &mut Vec<epoll::Event>,
        timeout: Option<Duration>,
    ) -> Result<(), Errno> {
        let Some(timeout) = timeout else {
            return epoll::wait(&self.poller, spare_capacity(buffer), None).map(drop);
        };
        // Relaxed: a hint; a thread that misses the change makes one more failing call.
        if is_fraction(timeout) && self.has_precise_wait.load(Ordering::Relaxed) {
            match wait_precisely(self.poller.as_fd(), buffer, timeout) {
                // Old kernels do not know the call, old sandboxes refuse it.
                Err(Errno::NOSYS | Errno::PERM) => {
                    self.has_precise_wait.store(false, Ordering::Relaxed);
                }
                result => return result,
            }
        }
        let timeout = round_up_to_millis(timeout);
        epoll::wait(&self.poller, spare_capacity(buffer), Some(&timeout)).map(drop)
    }

    /// Ends the current wait, or the next one.
    pub(crate) fn wake(&self) -> io::Result<()> {
        match rustix::io::write(&self.waker, &1u64.to_ne_bytes()) {
            Ok(_) => Ok(()),
            // The counter is full, after 2^64 - 2 wakes: reading resets it, and the write after
            // that is an edge again.
            Err(Errno::AGAIN) => {
                let _ = rustix::io::read(&self.waker, &mut [0u8; 8]);
                rustix::io::write(&self.waker, &1u64.to_ne_bytes())?;
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// What a descriptor needs besides its events: nothing, because an edge-triggered registration
/// stays armed and an event says all.
#[derive(Debug)]
pub(crate) struct Arming;

impl Arming {
    /// For what is not a descriptor.
    #[cfg(all(test, vitte_loom))]
    pub(crate) fn none() -> Self {
        Arming
    }

    /// What an event says, and what it does not say but is true.
    #[inline]
    pub(crate) fn complete(&self, ready: Ready) -> Ready {
        ready
    }

    /// Whether [`rearm`](Self::rearm) does anything.
    #[inline]
    pub(crate) fn is_one_shot(&self) -> bool {
        false
    }

    /// Arms a one-shot registration again.
    #[inline]
    pub(crate) fn rearm(&self, _key: usize, _ready: Ready) {}
}

fn borrow<'a>(fd: RawFd) -> io::Result<BorrowedFd<'a>> {
    if fd < 0 {
        return Err(Errno::BADF.into());
    }
    // SAFETY: the descriptor is used for one system call only, on behalf of the owner that
    // registers or deregisters it and keeps it open meanwhile; a closed one makes the call fail.
    Ok(unsafe { BorrowedFd::borrow_raw(fd) })
}

fn flags_for(interest: Interest) -> EventFlags {
    let mut flags = EventFlags::ET;
    // Errors are always reported; but a registration for errors alone must ask for something.
    if interest.is_readable() || interest == Interest::ERROR {
        flags |= EventFlags::IN | EventFlags::RDHUP;
    }
    if interest.is_writable() {
        flags |= EventFlags::OUT;
    }
    if interest.is_priority() {
        flags |= EventFlags::PRI;
    }
    flags
}

fn ready_from(flags: EventFlags) -> Ready {
    let mut ready = Ready::EMPTY;
    if flags.intersects(EventFlags::IN | EventFlags::PRI) {
        ready |= Ready::READABLE;
    }
    if flags.contains(EventFlags::OUT) {
        ready |= Ready::WRITABLE;
    }
    if flags.contains(EventFlags::PRI) {
        ready |= Ready::PRIORITY;
    }
    if flags.contains(EventFlags::ERR) {
        ready |= Ready::ERROR;
    }
    let hung_up = flags.contains(EventFlags::HUP);
    if hung_up || flags.contains(EventFlags::IN | EventFlags::RDHUP) {
        ready |= Ready::READ_CLOSED;
    }
    // The write end of a pipe whose readers are gone reports an error, with or without OUT.
    let no_reader = flags.contains(EventFlags::OUT | EventFlags::ERR) || flags == EventFlags::ERR;
    if hung_up || no_reader {
        ready |= Ready::WRITE_CLOSED;
    }
    ready
}

const NANOS_PER_MILLI: u32 = 1_000_000;

/// Whether `epoll_wait`, which counts milliseconds, would oversleep.
fn is_fraction(timeout: Duration) -> bool {
    timeout.subsec_nanos() % NANOS_PER_MILLI != 0
}

fn round_up_to_millis(timeout: Duration) -> Timespec {
    let millis = timeout.subsec_nanos().div_ceil(NANOS_PER_MILLI);
    let whole = Duration::from_secs(timeout.as_secs())
        .saturating_add(Duration::from_millis(u64::from(millis)));
    timespec(whole)
}

fn timespec(timeout: Duration) -> Timespec {
    // Years beyond what a `Timespec` holds are as good as forever.
    Timespec::try_from(timeout).unwrap_or(Timespec {
        tv_sec: i32::MAX.into(),
        tv_nsec: 0,
    })
}

/// `epoll_pwait2`, which neither libc's older versions nor rustix offer.
fn wait_precisely(
    epoll: BorrowedFd<'_>,
    buffer: &mut Vec<epoll::Event>,
    timeout: Duration,
) -> Result<(), Errno> {
    use std::os::fd::AsRawFd;

    let timeout = timespec(timeout);
    let spare = buffer.spare_capacity_mut();
    // SAFETY: the kernel writes at most `spare.len()` events into the buffer's spare capacity;
    // rustix's `Event` is laid out as the kernel's. There is no signal mask.
    let count = unsafe {
        libc::syscall(
            libc::SYS_epoll_pwait2,
            epoll.as_raw_fd(),
            spare.as_mut_ptr(),
            spare.len() as libc::c_int,
            &raw const timeout,
            std::ptr::null::<libc::sigset_t>(),
            0usize,
        )
    };
    match usize::try_from(count) {
        Ok(count) => {
            let filled = buffer.len() + count;
            // SAFETY: the kernel reported that it filled this many.
            unsafe { buffer.set_len(filled) };
            Ok(())
        }
        Err(_) => {
            let error = io::Error::last_os_error();
            Err(Errno::from_io_error(&error).unwrap_or(Errno::INVAL))
        }
    }
}
