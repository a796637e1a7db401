//! The committed list of differences that are as they should be.
//!
//! A block is a reason, in lines that begin with `#`, and below it the differences that it
//! explains, one in a line: `missing`, `extra`, `differs`, `shown` or `hidden` and the name of the
//! fact, in which a `*` stands for anything. Blank lines separate blocks.

use std::cell::Cell;
use std::fs;
use std::path::Path;

use crate::Failure;

/// The list, and which of its lines were needed.
pub struct Exceptions(Vec<Exception>);

struct Exception {
    file: &'static str,
    line: usize,
    /// The kind of difference, a space, and the name of the fact.
    pattern: String,
    used: Cell<usize>,
}

impl Exceptions {
    /// Reads the list; with `unstable` also the second one. Of both, those of the first need not
    /// be needed.
    pub fn read(unstable: bool) -> Result<Self, Failure> {
        let read = |name| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
            let text = fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
            Self::parse(name, &text)
        };
        let mut list = read("exceptions.txt")?;
        if unstable {
            list.0.iter().for_each(|stable| stable.used.set(1));
            list.0.extend(read("exceptions-unstable.txt")?.0);
        }
        Ok(list)
    }

    fn parse(file: &'static str, text: &str) -> Result<Self, Failure> {
        let mut exceptions = Vec::new();
        let mut has_reason = false;
        for (index, line) in text.lines().enumerate() {
            let (number, line) = (index + 1, line.trim());
            if line.is_empty() {
                has_reason = false;
            } else if line.starts_with('#') {
                has_reason = true;
            } else if !has_reason {
                return Err(format!("{file}:{number}: there is no reason above this"));
            } else {
                exceptions.push(Exception {
                    file,
                    line: number,
                    pattern: line.to_owned(),
                    used: Cell::new(0),
                });
            }
        }
        Ok(Exceptions(exceptions))
    }

    /// Whether a difference is in the list. Every line that names it counts as needed.
    pub fn allow(&self, difference: &str) -> bool {
        let mut allowed = false;
        for exception in &self.0 {
            if matches(&exception.pattern, difference) {
                exception.used.set(exception.used.get() + 1);
                allowed = true;
            }
        }
        allowed
    }

    /// The lines that explain nothing, with their files and numbers.
    pub fn unused(&self) -> impl Iterator<Item = (&'static str, usize, &str)> {
        let unused = self.0.iter().filter(|exception| exception.used.get() == 0);
        unused.map(|unused| (unused.file, unused.line, unused.pattern.as_str()))
    }
}

/// Whether `text` is `pattern`, in which each `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(text) = text.strip_prefix(start) else {
        return false;
    };
    (0..=text.len())
        .filter(|&skipped| text.is_char_boundary(skipped))
        .any(|skipped| matches(rest, &text[skipped..]))
}

#[cfg(test)]
mod tests {
    use super::{Exceptions, matches};

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches(
            "extra tokio::*::new",
            "extra tokio::sync::Mutex::new"
        ));
        assert!(!matches(
            "extra tokio::*::new",
            "extra tokio::sync::Mutex::newer"
        ));
        assert!(!matches("extra tokio", "missing tokio"));
    }

    #[test]
    fn a_line_without_reason_is_an_error() {
        assert!(Exceptions::parse("list", "# Reason.\nextra a\nextra b\n").is_ok());
        assert!(Exceptions::parse("list", "# Reason.\nextra a\n\nextra b\n").is_err());
    }

    #[test]
    fn a_line_that_explains_nothing_is_unused() {
        let exceptions = Exceptions::parse("list", "# Reason.\nextra a\nextra b\n").unwrap();
        assert!(exceptions.allow("extra b"));
        assert_eq!(
            exceptions.unused().collect::<Vec<_>>(),
            [("list", 2, "extra a")]
        );
    }
}
