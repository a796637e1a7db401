//! Host names as [`ToSocketAddrs`], and helpers that bind, connect and send use for addresses.
//!
//! A name that is not a literal address is looked up by the system's resolver, on the blocking
//! pool.

use std::io;
use std::net::{IpAddr, SocketAddr};

use sealed::Lookup;

use crate::addr::ToSocketAddrs;
use crate::addr::sealed::{Internal, Resolve};

/// Resolves `name`.
pub(crate) fn resolve<T: ToSocketAddrs>(name: T) -> T::Future {
    name.resolve(Internal)
}

/// Tries the addresses of `name` until `attempt` succeeds; the last error if none does.
pub(crate) async fn first_that_works<T, A, F>(
    name: A,
    mut attempt: impl FnMut(SocketAddr) -> F,
) -> io::Result<T>
where
    A: ToSocketAddrs,
    F: Future<Output = io::Result<T>>,
{
    let mut last = None;
    for address in resolve(name).await? {
        match attempt(address).await {
            Ok(value) => return Ok(value),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| invalid_input("could not resolve to any address")))
}

pub(crate) fn invalid_input(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

impl ToSocketAddrs for str {}

impl Resolve for str {
    type Iter = sealed::Addresses;
    type Future = Lookup;

    fn resolve(&self, _: Internal) -> Lookup {
        match self.parse() {
            Ok(address) => Lookup::literal(address),
            Err(_) => Lookup::start(self.to_owned()),
        }
    }
}

impl ToSocketAddrs for (&str, u16) {}

impl Resolve for (&str, u16) {
    type Iter = sealed::Addresses;
    type Future = Lookup;

    fn resolve(&self, _: Internal) -> Lookup {
        let (host, port) = *self;
        match host.parse::<IpAddr>() {
            Ok(ip) => Lookup::literal((ip, port).into()),
            Err(_) => Lookup::start((host.to_owned(), port)),
        }
    }
}

impl ToSocketAddrs for (String, u16) {}

impl Resolve for (String, u16) {
    type Iter = sealed::Addresses;
    type Future = Lookup;

    fn resolve(&self, _: Internal) -> Lookup {
        (self.0.as_str(), self.1).resolve(Internal)
    }
}

impl ToSocketAddrs for String {}

impl Resolve for String {
    type Iter = sealed::Addresses;
    type Future = Lookup;

    fn resolve(&self, _: Internal) -> Lookup {
        self.as_str().resolve(Internal)
    }
}

/// The future and the iterator of a lookup, which users cannot name.
mod sealed {
    use std::future::Future;
    use std::io;
    use std::net::SocketAddr;
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    use vitte_executor::blocking::spawn_blocking;
    use vitte_executor::task::JoinHandle;

    type Found = std::vec::IntoIter<SocketAddr>;

    /// A lookup that needs no thread, or one under way on the blocking pool.
    #[doc(hidden)]
    #[derive(Debug)]
    pub struct Lookup(State);

    #[derive(Debug)]
    enum State {
        Literal(SocketAddr),
        Blocking(JoinHandle<io::Result<Found>>),
    }

    impl Lookup {
        pub(super) fn literal(address: SocketAddr) -> Self {
            Lookup(State::Literal(address))
        }

        pub(super) fn start<N>(name: N) -> Self
        where
            N: std::net::ToSocketAddrs<Iter = Found> + Send + 'static,
        {
            let job = spawn_blocking(move || name.to_socket_addrs());
            Lookup(State::Blocking(job))
        }
    }

    impl Future for Lookup {
        type Output = io::Result<Addresses>;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            match &mut self.0 {
                State::Literal(address) => {
                    Poll::Ready(Ok(Addresses::One(Some(*address).into_iter())))
                }
                State::Blocking(job) => {
                    let found = ready!(Pin::new(job).poll(cx))?;
                    Poll::Ready(found.map(Addresses::Many))
                }
            }
        }
    }

    #[doc(hidden)]
    #[derive(Debug)]
    pub enum Addresses {
        One(std::option::IntoIter<SocketAddr>),
        Many(Found),
    }

    impl Iterator for Addresses {
        type Item = SocketAddr;

        fn next(&mut self) -> Option<SocketAddr> {
            match self {
                Addresses::One(iter) => iter.next(),
                Addresses::Many(iter) => iter.next(),
            }
        }

        fn size_hint(&self) -> (usize, Option<usize>) {
            match self {
                Addresses::One(iter) => iter.size_hint(),
                Addresses::Many(iter) => iter.size_hint(),
            }
        }
    }
}

/// The address of an IP socket.
pub(crate) fn ip_address(address: &socket2::SockAddr) -> io::Result<SocketAddr> {
    address
        .as_socket()
        .ok_or_else(|| invalid_input("invalid address family (not IPv4 or IPv6)"))
}
