//! [`lookup_host`].

use std::io;
use std::net::SocketAddr;

use super::addr::resolve;
use crate::addr::ToSocketAddrs;

/// Resolves a name to addresses, on the blocking pool; a literal address needs no thread.
///
/// The order is the resolver's, and the connecting functions of this module try the addresses in
/// that order.
///
/// # Errors
///
/// What the system's resolver says.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// for address in vitte_io::net::lookup_host("localhost:3000").await? {
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
