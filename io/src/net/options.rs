//! The public methods for socket options, as a macro for every type that has options.

/// A reading and, with `->`, a writing method for each option of a list. The options are those of
/// [`socket::options`](super::socket::options).
///
/// `$socket` are the lines of an example that make the socket; the value in parentheses, where
/// there is one, is what the example sets.
macro_rules! socket_options {
    (
        impl $type:ident, made by $socket:literal;
        $(
            $(#[$meta:meta])*
            $get:ident $(-> $set:ident $(($value:literal))?)? : $ty:ty = $option:ident;
        )*
    ) => {
        impl $type {$(
            $(#[$meta])*
            ///
            /// # Errors
            ///
            /// What the system's `getsockopt` reports: that this kind of socket does not have the
            /// option (`ENOPROTOOPT`, `EOPNOTSUPP`).
            $($(
                ///
                /// # Examples
                ///
                /// ```
                #[doc = concat!("use vitte::net::", stringify!($type), ";")]
                ///
                /// # #[vitte::main]
                /// # async fn main() -> std::io::Result<()> {
                #[doc = $socket]
                #[doc = concat!("socket.", stringify!($set), "(", stringify!($value), ")?;")]
                #[doc = concat!(
                    "assert_eq!(socket.", stringify!($get), "()?, ", stringify!($value), ");"
                )]
                /// # Ok(())
                /// # }
                /// ```
            )?)?
            pub fn $get(&self) -> io::Result<$ty> {
                self.socket.option(&crate::net::socket::options::$option)
            }

            $(
                #[doc = concat!(
                    "Sets the option that [`", stringify!($get), "`](Self::", stringify!($get),
                    ") reads."
                )]
                ///
                /// # Errors
                ///
                /// What the system's `setsockopt` reports: that this kind of socket does not have
                /// the option (`ENOPROTOOPT`, `EOPNOTSUPP`), that the value is out of range
                /// (`InvalidInput`), or that the process may not set it (`PermissionDenied`).
                $(
                    ///
                    /// # Examples
                    ///
                    /// ```
                    #[doc = concat!("use vitte::net::", stringify!($type), ";")]
                    ///
                    /// # #[vitte::main]
                    /// # async fn main() -> std::io::Result<()> {
                    #[doc = $socket]
                    #[doc = concat!("socket.", stringify!($set), "(", stringify!($value), ")?;")]
                    /// # Ok(())
                    /// # }
                    /// ```
                )?
                pub fn $set(&self, $get: $ty) -> io::Result<()> {
                    self.socket
                        .set_option(&crate::net::socket::options::$option, $get)
                }
            )?
        )*}
    };
}
pub(crate) use socket_options;
