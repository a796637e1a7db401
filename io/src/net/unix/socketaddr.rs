//! [`SocketAddr`], of unix sockets.

use std::fmt;
use std::io;
use std::os::unix::net;
use std::path::Path;

use socket2::SockAddr;

use crate::sys;

/// The address of a unix socket: a path, an abstract name, or none.
///
/// # Examples
///
/// ```
/// use vitte::net::UnixListener;
///
/// # #[vitte::main]
/// # async fn main() -> std::io::Result<()> {
/// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
/// let listener = UnixListener::bind(&path)?;
/// let address = listener.local_addr()?;
/// assert_eq!(address.as_pathname(), Some(path.as_path()));
/// # std::fs::remove_file(&path)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SocketAddr(pub(super) net::SocketAddr);

impl SocketAddr {
    /// Whether the socket has no address.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixStream;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (a, _b) = UnixStream::pair()?;
    /// assert!(a.local_addr()?.is_unnamed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_unnamed(&self) -> bool {
        self.0.is_unnamed()
    }

    /// The path, if the address is one.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixDatagram;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("vitte-doc-{}", std::process::id()));
    /// let socket = UnixDatagram::bind(&path)?;
    /// assert_eq!(socket.local_addr()?.as_pathname(), Some(path.as_path()));
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn as_pathname(&self) -> Option<&Path> {
        self.0.as_pathname()
    }

    /// The name in the abstract namespace, without the leading NUL, if the address is one; only on
    /// Linux and Android.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::net::UnixListener;
    ///
    /// # #[vitte::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # if cfg!(target_os = "linux") {
    /// # let name = format!("vitte-doc-{}", std::process::id());
    /// let listener = UnixListener::bind(format!("\0{name}"))?;
    /// assert_eq!(listener.local_addr()?.as_abstract_name(), Some(name.as_bytes()));
    /// # }
    /// # Ok(())
    /// # }
    /// ```
    pub fn as_abstract_name(&self) -> Option<&[u8]> {
        sys::socket::abstract_name(&self.0)
    }

    /// The address at a path; on Linux, a path that begins with a NUL is an abstract name.
    pub(super) fn at_path(path: &Path) -> io::Result<Self> {
        sys::socket::unix_address(path).map(SocketAddr)
    }

    /// As what the system reported.
    pub(super) fn reported(address: SockAddr) -> io::Result<Self> {
        sys::socket::reported_unix_address(&address).map(SocketAddr)
    }

    /// As the system wants it.
    pub(super) fn to_system(&self) -> io::Result<SockAddr> {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;

        if let Some(path) = self.as_pathname() {
            return SockAddr::unix(path);
        }
        let mut path = Vec::new();
        if let Some(name) = self.as_abstract_name() {
            path.push(0);
            path.extend_from_slice(name);
        }
        SockAddr::unix(OsStr::from_bytes(&path))
    }
}

impl fmt::Debug for SocketAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<net::SocketAddr> for SocketAddr {
    fn from(value: net::SocketAddr) -> Self {
        SocketAddr(value)
    }
}

impl From<SocketAddr> for net::SocketAddr {
    fn from(value: SocketAddr) -> Self {
        value.0
    }
}
