//! Socket options: a list of names, each with the type of its value and how it is read and written.
//!
//! A new option is one entry here, and one line in the `socket_options!` list of each public type
//! that has it. What is not a plain value (multicast groups, the interface) is an operation
//! of [`Socket`](super::Socket) instead.

use std::io;
use std::time::Duration;

/// The name of an option whose value is a `T`.
pub(crate) struct SocketOption<T> {
    /// How the operating system's sockets read it.
    pub(super) get: fn(&socket2::Socket) -> io::Result<T>,
    /// How they write it.
    pub(super) set: fn(&socket2::Socket, T) -> io::Result<()>,
}

/// Names options.
macro_rules! names {
    ($($(#[$meta:meta])* $name:ident: $ty:ty = $get:expr, $set:expr;)*) => {$(
        $(#[$meta])*
        pub(crate) const $name: SocketOption<$ty> = SocketOption { get: $get, set: $set };
    )*};
}

names! {
    /// `SO_KEEPALIVE`
    KEEPALIVE: bool = |s| s.keepalive(), |s, value| s.set_keepalive(value);
    /// `SO_REUSEADDR`
    REUSE_ADDRESS: bool = |s| s.reuse_address(), |s, value| s.set_reuse_address(value);
    /// `SO_REUSEPORT`
    REUSE_PORT: bool = |s| s.reuse_port(), |s, value| s.set_reuse_port(value);
    /// `SO_LINGER`
    LINGER: Option<Duration> = |s| s.linger(), |s, value| s.set_linger(value);
    /// `SO_SNDBUF`
    SEND_BUFFER_SIZE: u32 = |s| s.send_buffer_size().map(|size| size as u32),
        |s, value| s.set_send_buffer_size(value as usize);
    /// `SO_RCVBUF`
    RECV_BUFFER_SIZE: u32 = |s| s.recv_buffer_size().map(|size| size as u32),
        |s, value| s.set_recv_buffer_size(value as usize);
    /// `SO_BROADCAST`
    BROADCAST: bool = |s| s.broadcast(), |s, value| s.set_broadcast(value);
    /// `TCP_NODELAY`
    NODELAY: bool = |s| s.tcp_nodelay(), |s, value| s.set_tcp_nodelay(value);
    /// `TCP_QUICKACK`
    QUICKACK: bool = |s| s.tcp_quickack(), |s, value| s.set_tcp_quickack(value);
    /// `IP_TTL`
    TTL_V4: u32 = |s| s.ttl_v4(), |s, value| s.set_ttl_v4(value);
    /// `IP_TOS`
    TOS_V4: u32 = |s| s.tos_v4(), |s, value| s.set_tos_v4(value);
    /// `IPV6_TCLASS`
    TCLASS_V6: u32 = |s| s.tclass_v6(), |s, value| s.set_tclass_v6(value);
    /// `IP_MULTICAST_LOOP`
    MULTICAST_LOOP_V4: bool = |s| s.multicast_loop_v4(), |s, value| s.set_multicast_loop_v4(value);
    /// `IP_MULTICAST_TTL`
    MULTICAST_TTL_V4: u32 = |s| s.multicast_ttl_v4(), |s, value| s.set_multicast_ttl_v4(value);
    /// `IPV6_MULTICAST_LOOP`
    MULTICAST_LOOP_V6: bool = |s| s.multicast_loop_v6(), |s, value| s.set_multicast_loop_v6(value);
    /// `SO_BINDTODEVICE`; it is written by `bind_device`, which can also take it away.
    DEVICE: Option<Vec<u8>> = |s| s.device(), |s, value| s.bind_device(value.as_deref());
}
