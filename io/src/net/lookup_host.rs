//! [`lookup_host`].

use std::io;
use std::net::SocketAddr;

use super::addr::resolve;
use crate::addr::ToSocketAddrs;

/// Resolves a name to addresses, on the blocking pool; a literal address needs no thread.
///
/// The addresses come in the resolver's order, and the functions of this module that connect try
/// them in that order.
///
/// # Errors
///
/// What the system's resolver reports: usually that there is no such name, or that no name server
/// answered. `InvalidInput` if `host` is text without a port.
///
/// # Panics
///
/// Outside of a runtime, if the name needs a lookup.
///
/// # Examples
///
/// ```
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// for address in vitte::net::lookup_host("localhost:3000").await? {
///     println!("{address}");
/// }
/// # Ok(())
/// # }
/// ```
pub async fn lookup_host<T>(host: T) -> io::Result<impl Iterator<Item = SocketAddr>>
where
    T: ToSocketAddrs,
{
    resolve(host).await
}
