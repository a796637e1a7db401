//! The outputs of `select!`: for each number of branches an enum with one variant per branch.
//!
//! They are declared here and not by each use of the macro: a declaration would be visible to the
//! user's expressions beside it, and would have to be compiled each time.

macro_rules! outputs {
    ([$($earlier:ident)*]) => {};
    ([$($earlier:ident)*] $name:ident $variant:ident, $($rest:tt)*) => {
        /// The output of one of the branches of a `select!`.
        #[derive(Debug)]
        pub enum $name<$($earlier,)* $variant> {
            $($earlier($earlier),)*
            $variant($variant),
            /// All branches are disabled.
            Disabled,
        }

        outputs! { [$($earlier)* $variant] $($rest)* }
    };
}

outputs! {
    []
    Out1 B0, Out2 B1, Out3 B2, Out4 B3, Out5 B4, Out6 B5, Out7 B6, Out8 B7,
    Out9 B8, Out10 B9, Out11 B10, Out12 B11, Out13 B12, Out14 B13, Out15 B14, Out16 B15,
    Out17 B16, Out18 B17, Out19 B18, Out20 B19, Out21 B20, Out22 B21, Out23 B22, Out24 B23,
    Out25 B24, Out26 B25, Out27 B26, Out28 B27, Out29 B28, Out30 B29, Out31 B30, Out32 B31,
    Out33 B32, Out34 B33, Out35 B34, Out36 B35, Out37 B36, Out38 B37, Out39 B38, Out40 B39,
    Out41 B40, Out42 B41, Out43 B42, Out44 B43, Out45 B44, Out46 B45, Out47 B46, Out48 B47,
    Out49 B48, Out50 B49, Out51 B50, Out52 B51, Out53 B52, Out54 B53, Out55 B54, Out56 B55,
    Out57 B56, Out58 B57, Out59 B58, Out60 B59, Out61 B60, Out62 B61, Out63 B62, Out64 B63,
}
