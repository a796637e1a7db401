//! The public methods for socket options, for every type that has some.

/// A reading and, with `->`, a writing method for each option of a list. The options are those of
/// [`socket::options`](super::socket::options).
macro_rules! socket_options {
    (
        impl $type:ty;
        $($(#[$meta:meta])* $get:ident $(-> $set:ident)? : $value:ty = $option:ident;)*
    ) => {
        impl $type {$(
            $(#[$meta])*
            ///
            /// # Errors
            ///
            /// When the system refuses: above all when this kind of socket does not have the option
            /// (`ENOPROTOOPT`, `EOPNOTSUPP`).
            pub fn $get(&self) -> io::Result<$value> {
                self.socket.option(&crate::net::socket::options::$option)
            }

            $(
                #[doc = concat!(
                    "Sets what [`", stringify!($get), "`](Self::", stringify!($get), ") returns."
                )]
                ///
                /// # Errors
                ///
                /// When the system refuses: this kind of socket does not have the option
                /// (`ENOPROTOOPT`, `EOPNOTSUPP`), the value is out of range (`EINVAL`), or the
                /// process may not set it (`EPERM`).
                pub fn $set(&self, $get: $value) -> io::Result<()> {
                    self.socket
                        .set_option(&crate::net::socket::options::$option, $get)
                }
            )?
        )*}
    };
}
pub(crate) use socket_options;
