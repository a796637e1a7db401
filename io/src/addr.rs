//! [`ToSocketAddrs`]: what can be resolved to socket addresses.
//!
//! The trait exists without the feature `net` too, for types that need no lookup: libraries bound
//! their functions by it without using a socket. `net` re-exports it and adds names.

use std::future::{Ready, ready};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use sealed::{Internal, Resolve};

/// Something that names one or more socket addresses.
///
/// Implemented for addresses, for pairs of an IP address and a port, for slices of addresses, and,
/// with the feature `net`, for names: `"localhost:80"` or `("localhost", 80)`. Names are looked up
/// on the blocking pool, unless they are literal addresses. The trait cannot be implemented
/// elsewhere.
///
/// # Examples
///
/// ```
/// use std::net::Ipv4Addr;
/// use vitte::net::TcpListener;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// let by_text = TcpListener::bind("127.0.0.1:0").await?;
/// let by_pair = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
/// let by_name = TcpListener::bind(("localhost", 0)).await?;
///
/// // The first of the two that is free.
/// let addresses = [by_text.local_addr()?, "127.0.0.1:0".parse().unwrap()];
/// let by_slice = TcpListener::bind(&addresses[..]).await?;
/// # Ok(())
/// # }
/// ```
pub trait ToSocketAddrs: sealed::Resolve {}

type One = std::option::IntoIter<SocketAddr>;

fn one(address: impl Into<SocketAddr>) -> Ready<io::Result<One>> {
    ready(Ok(Some(address.into()).into_iter()))
}

/// Implementations for types that are an address already.
macro_rules! literal {
    ($($ty:ty),*) => {$(
        impl ToSocketAddrs for $ty {}

        impl Resolve for $ty {
            type Iter = One;
            type Future = Ready<io::Result<One>>;

            fn resolve(&self, _: Internal) -> Self::Future {
                one(*self)
            }
        }
    )*};
}

literal!(
    SocketAddr,
    SocketAddrV4,
    SocketAddrV6,
    (IpAddr, u16),
    (Ipv4Addr, u16),
    (Ipv6Addr, u16)
);

impl<T: ToSocketAddrs + ?Sized> ToSocketAddrs for &T {}

impl<T: Resolve + ?Sized> Resolve for &T {
    type Iter = T::Iter;
    type Future = T::Future;

    fn resolve(&self, _: Internal) -> Self::Future {
        (**self).resolve(Internal)
    }
}

impl ToSocketAddrs for &[SocketAddr] {}

impl Resolve for &[SocketAddr] {
    type Iter = std::vec::IntoIter<SocketAddr>;
    type Future = Ready<io::Result<Self::Iter>>;

    fn resolve(&self, _: Internal) -> Self::Future {
        let addresses = Vec::from(*self);
        ready(Ok(addresses.into_iter()))
    }
}

/// The real trait, which users cannot name.
pub(crate) mod sealed {
    use std::future::Future;
    use std::io;
    use std::net::SocketAddr;

    #[doc(hidden)]
    #[derive(Debug)]
    pub struct Internal;

    #[doc(hidden)]
    pub trait Resolve {
        type Iter: Iterator<Item = SocketAddr> + Send + 'static;
        type Future: Future<Output = io::Result<Self::Iter>> + Send + 'static;

        fn resolve(&self, _: Internal) -> Self::Future;
    }
}
