//! What is expected: how many tests each file has, and which of them may fail.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;
use crate::args::Args;
use crate::run::Outcome;

/// The lists beside this package.
pub struct Expectations {
    counts_file: &'static str,
    /// How many tests a file has on the real tokio, by suite and file. A file that does not compile
    /// on vitte counts in full.
    counts: BTreeMap<(String, String), usize>,
    /// Why a test may fail, by `suite file::test`; an asterisk at the end stands for any rest.
    exemptions: BTreeMap<String, String>,
}

impl Expectations {
    /// Reads the lists.
    pub fn read(args: &Args) -> Result<Self, Failure> {
        let counts_file = match (args.downstream, args.unstable) {
            (true, _) => "counts-downstream.txt",
            (false, true) => "counts-unstable.txt",
            (false, false) => "counts.txt",
        };
        let mut counts = BTreeMap::new();
        for line in lines(counts_file)? {
            let mut words = line.split_whitespace();
            if let (Some(suite), Some(file), Some(count)) =
                (words.next(), words.next(), words.next())
            {
                let count = count.parse().map_err(|error| format!("{line}: {error}"))?;
                counts.insert((suite.to_owned(), file.to_owned()), count);
            }
        }
        let mut exemptions = BTreeMap::new();
        let mut all = lines("exemptions.txt")?;
        if args.sanitize.is_some() {
            all.extend(lines("exemptions-sanitize.txt")?);
        }
        for line in all {
            let (test, reason) = line
                .split_once(" -- ")
                .ok_or_else(|| format!("exemption {line}: there is no reason"))?;
            exemptions.insert(test.trim().to_owned(), reason.trim().to_owned());
        }
        Ok(Expectations {
            counts_file,
            counts,
            exemptions,
        })
    }

    /// How many tests a file has, if that is known.
    pub fn count(&self, suite: &str, file: &str) -> Option<usize> {
        let key = (suite.to_owned(), file.to_owned());
        self.counts.get(&key).copied()
    }

    /// Why a test may fail, if it may.
    pub fn exemption(&self, outcome: &Outcome) -> Option<&str> {
        let test = format!("{} {}::{}", outcome.suite, outcome.file, outcome.test);
        let covers = |named: &str| match named.strip_suffix('*') {
            Some(start) => test.starts_with(start),
            None => test == named,
        };
        let mut exemptions = self.exemptions.iter();
        exemptions
            .find(|(named, _)| covers(named))
            .map(|(_, reason)| reason.as_str())
    }

    /// Takes the counts from a full run.
    pub fn set_counts(&mut self, outcomes: &[Outcome]) {
        self.counts.clear();
        for outcome in outcomes {
            let key = (outcome.suite.to_owned(), outcome.file.clone());
            *self.counts.entry(key).or_default() += 1;
        }
    }

    /// Writes the counts for later runs.
    pub fn write_counts(&self) -> Result<(), Failure> {
        let mut text = "# How many tests each file has on the real tokio: suite, file, count.\n\
             # Written by --real --update-counts.\n"
            .to_owned();
        for ((suite, file), count) in &self.counts {
            text += &format!("{suite} {file} {count}\n");
        }
        let path = beside(self.counts_file);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    }
}

fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The lines of a list, without comments and empty ones.
fn lines(name: &str) -> Result<Vec<String>, Failure> {
    let path = beside(name);
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let lines = text.lines().map(str::trim);
    Ok(lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect())
}
