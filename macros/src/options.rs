//! The arguments of an attribute: which are accepted, and the error messages for the others.
//!
//! The messages say in substance what those of tokio's macros say, so that a program that moves
//! over gets the same ones. Where they list options, `vitte` and `tokio` each list their own.

use proc_macro2::{Span, TokenStream};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprLit, Lit, Meta, MetaNameValue, Path, Result, Token};

use crate::root::{Entry, Root};

/// The kind of runtime that runs the body.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flavor {
    /// One thread, tasks may be moved.
    CurrentThread,
    /// A pool of workers.
    MultiThread,
    /// One thread, tasks stay on it.
    Local,
}

/// What a runtime does when a task panics and nobody joins it.
#[derive(Clone, Copy)]
pub enum UnhandledPanic {
    /// Nothing.
    Ignore,
    /// The runtime shuts down.
    ShutdownRuntime,
}

/// Which schedules a deterministic test runs under.
#[derive(Clone, Copy)]
pub enum Schedules {
    /// One, of a seed that is not fixed.
    Fresh,
    /// The one of this seed.
    Seed(u64),
    /// That many, each of another seed.
    Many(u64),
}

/// The arguments, checked and complete.
pub struct Options {
    /// The runtime's flavor.
    pub flavor: Flavor,
    /// How many workers the multi-threaded runtime has.
    pub worker_threads: Option<usize>,
    /// Whether the clock stands still from the start.
    pub start_paused: Option<bool>,
    /// What happens at an unhandled panic.
    pub unhandled_panic: Option<UnhandledPanic>,
    /// The runtime's name.
    pub name: Option<String>,
    /// Where the crate is found.
    pub crate_path: Option<Path>,
    /// The deterministic mode, for a test.
    pub schedules: Option<Schedules>,
}

impl Options {
    /// What the item expands with beside an error: enough for tools that go on regardless.
    pub fn fallback() -> Self {
        Options {
            flavor: Flavor::CurrentThread,
            worker_threads: None,
            start_paused: None,
            unhandled_panic: None,
            name: None,
            crate_path: None,
            schedules: None,
        }
    }

    /// Reads the attribute's arguments.
    pub fn parse(entry: Entry, args: TokenStream) -> Result<Self> {
        let mut written = Written::new(entry);
        for meta in Punctuated::<Meta, Token![,]>::parse_terminated.parse2(args)? {
            match meta {
                Meta::NameValue(pair) => written.set(&pair)?,
                Meta::Path(path) => written.set_flag(&path)?,
                other => return Err(error_at(other, "Unknown attribute inside the macro")),
            }
        }
        written.finish()
    }
}

/// An argument's value and where it stands.
type Given<T> = Option<(T, Span)>;

/// The arguments as they were written, before they are checked against each other.
struct Written {
    entry: Entry,
    flavor: Given<Flavor>,
    worker_threads: Given<usize>,
    start_paused: Given<bool>,
    unhandled_panic: Given<UnhandledPanic>,
    name: Given<String>,
    crate_path: Given<Path>,
    schedules: Given<Schedules>,
}

impl Written {
    fn new(entry: Entry) -> Self {
        Written {
            entry,
            flavor: None,
            worker_threads: None,
            start_paused: None,
            unhandled_panic: None,
            name: None,
            crate_path: None,
            schedules: None,
        }
    }

    /// Whether the macro takes the options of the deterministic mode.
    fn knows_schedules(&self) -> bool {
        self.entry.is_test && self.entry.root == Root::Vitte
    }

    /// Takes one `name = value`.
    fn set(&mut self, pair: &MetaNameValue) -> Result<()> {
        let option = option_name(&pair.path, pair)?;
        let Expr::Lit(ExprLit { lit, .. }) = &pair.value else {
            return Err(error_at(&pair.value, "Must be a literal"));
        };
        match option.as_str() {
            "flavor" => store(&mut self.flavor, &option, lit, flavor),
            "worker_threads" => store(&mut self.worker_threads, &option, lit, worker_threads),
            "start_paused" => store(&mut self.start_paused, &option, lit, boolean),
            "unhandled_panic" => store(&mut self.unhandled_panic, &option, lit, unhandled_panic),
            "name" => store(&mut self.name, &option, lit, string),
            "crate" => store(&mut self.crate_path, &option, lit, crate_path),
            "seed" if self.knows_schedules() => store(&mut self.schedules, &option, lit, seed),
            "seeds" if self.knows_schedules() => store(&mut self.schedules, &option, lit, seeds),
            "core_threads" => Err(error_at(
                pair,
                "Attribute `core_threads` is renamed to `worker_threads`",
            )),
            _ => Err(error_at(pair, self.unknown(&option))),
        }
    }

    /// Takes one argument without a value. Only `deterministic` is meant to be written so.
    fn set_flag(&mut self, path: &Path) -> Result<()> {
        let option = option_name(path, path)?;
        let macro_path = self.entry.path();
        let message = match option.as_str() {
            "deterministic" if self.knows_schedules() => {
                if self.schedules.is_some() {
                    return Err(error_at(path, ONE_KIND_OF_SCHEDULE));
                }
                self.schedules = Some((Schedules::Fresh, path.span()));
                return Ok(());
            }
            "threaded_scheduler" | "multi_thread" => {
                format!("Set the runtime flavor with #[{macro_path}(flavor = \"multi_thread\")].")
            }
            "basic_scheduler" | "current_thread" | "single_threaded" => {
                format!("Set the runtime flavor with #[{macro_path}(flavor = \"current_thread\")].")
            }
            name if self.options().contains(&name) => {
                format!("The `{name}` attribute requires an argument.")
            }
            name => self.unknown(name),
        };
        Err(error_at(path, message))
    }

    /// The options that this macro takes, in the order in which messages list them.
    fn options(&self) -> &'static [&'static str] {
        const ALL: &[&str] = &[
            "flavor",
            "worker_threads",
            "start_paused",
            "crate",
            "unhandled_panic",
            "name",
            "seed",
            "seeds",
            "deterministic",
        ];
        let own = 3;
        if self.knows_schedules() {
            ALL
        } else {
            &ALL[..ALL.len() - own]
        }
    }

    fn unknown(&self, name: &str) -> String {
        let expected = self.options().join("`, `");
        format!("Unknown attribute {name} is specified; expected one of: `{expected}`.")
    }

    /// Checks the arguments against each other and against the features.
    fn finish(self) -> Result<Options> {
        let flavor = self.checked_flavor()?;
        let multi_thread = flavor == Flavor::MultiThread;
        if !multi_thread {
            self.requires("worker_threads", "multi_thread", &self.worker_threads)?;
        } else {
            self.requires("start_paused", "current_thread", &self.start_paused)?;
            self.requires("unhandled_panic", "current_thread", &self.unhandled_panic)?;
            self.requires_determinism()?;
        }
        Ok(Options {
            flavor,
            worker_threads: value(self.worker_threads),
            start_paused: value(self.start_paused),
            unhandled_panic: value(self.unhandled_panic),
            name: value(self.name),
            crate_path: value(self.crate_path),
            schedules: value(self.schedules),
        })
    }

    fn checked_flavor(&self) -> Result<Flavor> {
        let flavor = match self.flavor {
            Some((flavor, _)) => flavor,
            None if self.entry.is_test => Flavor::CurrentThread,
            None => Flavor::MultiThread,
        };
        if flavor != Flavor::MultiThread || self.entry.multi_thread {
            return Ok(flavor);
        }
        let message = if self.flavor.is_some() {
            "The runtime flavor `multi_thread` requires the `rt-multi-thread` feature."
        } else {
            "The default runtime flavor is `multi_thread`, but the `rt-multi-thread` feature is \
             disabled."
        };
        Err(Error::new(Span::call_site(), message))
    }

    /// The error for an option that the chosen flavor does not have.
    fn requires<T>(&self, option: &str, flavor: &str, given: &Given<T>) -> Result<()> {
        let Some((_, span)) = given else {
            return Ok(());
        };
        let message = format!(
            "The `{option}` option requires the `{flavor}` runtime flavor. \
             Use `#[{}(flavor = \"{flavor}\")]`",
            self.entry.path(),
        );
        Err(Error::new(*span, message))
    }

    fn requires_determinism(&self) -> Result<()> {
        let Some((_, span)) = self.schedules else {
            return Ok(());
        };
        let message = "The deterministic mode runs one task at a time: it has no workers, and \
                       takes no `flavor = \"multi_thread\"`.";
        Err(Error::new(span, message))
    }
}

const ONE_KIND_OF_SCHEDULE: &str =
    "Only one of `deterministic`, `seed` and `seeds` may be set, and only once.";

fn value<T>(given: Given<T>) -> Option<T> {
    given.map(|(value, _)| value)
}

/// An argument's name in lower case, as tokio takes it.
fn option_name(path: &Path, place: impl quote::ToTokens) -> Result<String> {
    match path.get_ident() {
        Some(ident) => Ok(ident.to_string().to_lowercase()),
        None => Err(error_at(place, "Must have specified ident")),
    }
}

/// Reads a literal into its place, once.
fn store<T>(
    place: &mut Given<T>,
    option: &str,
    lit: &Lit,
    read: fn(&Lit, &str) -> std::result::Result<T, String>,
) -> Result<()> {
    let fail = |message: String| Err(Error::new(lit.span(), message));
    if place.is_some() {
        return match option {
            "seed" | "seeds" => fail(ONE_KIND_OF_SCHEDULE.to_owned()),
            _ => fail(format!("`{option}` set multiple times.")),
        };
    }
    match read(lit, option) {
        Ok(value) => {
            *place = Some((value, lit.span()));
            Ok(())
        }
        Err(message) => fail(message),
    }
}

fn flavor(lit: &Lit, option: &str) -> std::result::Result<Flavor, String> {
    let renamed = |old: &str, new: &str| {
        Err(format!(
            "The `{old}` runtime flavor has been renamed to `{new}`."
        ))
    };
    match string(lit, option)?.as_str() {
        "current_thread" => Ok(Flavor::CurrentThread),
        "multi_thread" => Ok(Flavor::MultiThread),
        "local" => Ok(Flavor::Local),
        "single_thread" => {
            Err("The single threaded runtime flavor is called `current_thread`.".to_owned())
        }
        "basic_scheduler" => renamed("basic_scheduler", "current_thread"),
        "threaded_scheduler" => renamed("threaded_scheduler", "multi_thread"),
        other => Err(format!(
            "No such runtime flavor `{other}`. The runtime flavors are `current_thread`, `local`, \
             and `multi_thread`."
        )),
    }
}

fn unhandled_panic(lit: &Lit, option: &str) -> std::result::Result<UnhandledPanic, String> {
    match string(lit, option)?.as_str() {
        "ignore" => Ok(UnhandledPanic::Ignore),
        "shutdown_runtime" => Ok(UnhandledPanic::ShutdownRuntime),
        other => Err(format!(
            "No such unhandled panic behavior `{other}`. The unhandled panic behaviors are \
             `ignore` and `shutdown_runtime`."
        )),
    }
}

fn worker_threads(lit: &Lit, option: &str) -> std::result::Result<usize, String> {
    match integer(lit, option)? {
        0 => Err("`worker_threads` may not be 0.".to_owned()),
        count => Ok(count),
    }
}

fn seed(lit: &Lit, option: &str) -> std::result::Result<Schedules, String> {
    integer(lit, option).map(Schedules::Seed)
}

fn seeds(lit: &Lit, option: &str) -> std::result::Result<Schedules, String> {
    match integer(lit, option)? {
        0 => Err("`seeds` may not be 0.".to_owned()),
        count => Ok(Schedules::Many(count)),
    }
}

fn integer<N>(lit: &Lit, option: &str) -> std::result::Result<N, String>
where
    N: std::str::FromStr,
    N::Err: std::fmt::Display,
{
    let failed = format!("Failed to parse value of `{option}` as integer");
    match lit {
        Lit::Int(lit) => lit
            .base10_parse()
            .map_err(|error| format!("{failed}: {error}")),
        _ => Err(format!("{failed}.")),
    }
}

fn string(lit: &Lit, option: &str) -> std::result::Result<String, String> {
    match lit {
        Lit::Str(lit) => Ok(lit.value()),
        _ => Err(format!("Failed to parse value of `{option}` as string.")),
    }
}

fn boolean(lit: &Lit, option: &str) -> std::result::Result<bool, String> {
    match lit {
        Lit::Bool(lit) => Ok(lit.value),
        _ => Err(format!("Failed to parse value of `{option}` as bool.")),
    }
}

fn crate_path(lit: &Lit, option: &str) -> std::result::Result<Path, String> {
    let failed = format!("Failed to parse value of `{option}` as path");
    match lit {
        Lit::Str(lit) => lit
            .parse()
            .map_err(|_| format!("{failed}: \"{}\"", lit.value())),
        _ => Err(format!("{failed}.")),
    }
}

fn error_at(tokens: impl quote::ToTokens, message: impl std::fmt::Display) -> Error {
    Error::new_spanned(tokens, message)
}
