//! Which macro was called: of which crate, `main` or `test`, and with which flavors compiled in.

/// The crate that the expansion names, unless the user says `crate = "…"`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// `vitte`.
    Vitte,
    /// `tokio`, the drop-in.
    Tokio,
}

impl Root {
    /// The name of the crate.
    pub fn name(self) -> &'static str {
        match self {
            Root::Vitte => "vitte",
            Root::Tokio => "tokio",
        }
    }
}

/// One of the entry points of this crate.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Which crate the macro belongs to.
    pub root: Root,
    /// Whether it is `test` and not `main`.
    pub is_test: bool,
    /// Whether the multi-threaded runtime is compiled in.
    pub multi_thread: bool,
}

impl Entry {
    /// `#[main]`, with every flavor.
    pub fn main(root: Root) -> Self {
        Entry {
            root,
            is_test: false,
            multi_thread: true,
        }
    }

    /// `#[test]`, with every flavor.
    pub fn test(root: Root) -> Self {
        Entry {
            root,
            is_test: true,
            multi_thread: true,
        }
    }

    /// The same macro where the multi-threaded runtime is not compiled in.
    pub fn without_multi_thread(self) -> Self {
        Entry {
            multi_thread: false,
            ..self
        }
    }

    /// The macro's path, as the user writes it and as messages quote it.
    pub fn path(self) -> String {
        let name = if self.is_test { "test" } else { "main" };
        format!("{}::{name}", self.root.name())
    }
}
