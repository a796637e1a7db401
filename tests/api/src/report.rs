//! Compares the facts of both sides and prints how they differ.

use std::collections::BTreeMap;

use crate::Args;
use crate::exceptions::Exceptions;

/// What there is to say about an API, by the names of the facts.
pub type Facts = BTreeMap<String, Fact>;

/// One thing that is so.
pub struct Fact {
    /// What is so.
    pub text: String,
    /// Whether the documentation leaves it out. Such a thing may be extra, but not missing.
    pub hidden: bool,
}

/// Prints the differences. Returns whether all of them are exceptions and all exceptions needed.
pub fn print(real: &Facts, vitte: &Facts, exceptions: &Exceptions, args: &Args) -> bool {
    let (mut unexplained, mut explained) = (0, 0);
    for (difference, details) in differences(real, vitte) {
        let extra = difference.starts_with("extra ") || difference.starts_with("shown ");
        // With few features there may be more than these ask for: methods cannot be left out.
        let excepted = exceptions.allow(&difference) || (extra && !args.all_features);
        *(if excepted {
            &mut explained
        } else {
            &mut unexplained
        }) += 1;
        if !excepted || args.verbose {
            let mark = if excepted { "(exception) " } else { "" };
            println!("{mark}{difference}{details}");
        }
    }
    let mut unused = 0;
    let unused_ones = exceptions.unused().filter(|_| args.all_features);
    for (file, line, pattern) in unused_ones {
        println!("{file}:{line}: not needed: {pattern}");
        unused += 1;
    }
    println!(
        "{} facts of tokio, {} of vitte: {unexplained} differences, {explained} exceptions",
        real.len(),
        vitte.len()
    );
    unexplained == 0 && unused == 0
}

/// Every difference, and behind it what each side says.
fn differences(real: &Facts, vitte: &Facts) -> Vec<(String, String)> {
    let mut differences = Vec::new();
    for (name, theirs) in real {
        match vitte.get(name) {
            None => differences.push((format!("missing {name}"), format!("\n    {}", theirs.text))),
            Some(ours) if ours.text != theirs.text => differences.push((
                format!("differs {name}"),
                format!("\n    tokio: {}\n    vitte: {}", theirs.text, ours.text),
            )),
            Some(ours) if ours.hidden && !theirs.hidden => {
                differences.push((format!("hidden {name}"), String::new()));
            }
            Some(ours) if theirs.hidden && !ours.hidden => {
                differences.push((format!("shown {name}"), String::new()));
            }
            Some(_) => {}
        }
    }
    for (name, ours) in vitte {
        if !real.contains_key(name) && !ours.hidden {
            differences.push((format!("extra {name}"), format!("\n    {}", ours.text)));
        }
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_difference_is_found() {
        let facts = |pairs: &[(&str, &str)]| -> Facts {
            let fact = |text: &str| Fact {
                text: text.to_owned(),
                hidden: false,
            };
            pairs
                .iter()
                .map(|&(name, text)| (name.to_owned(), fact(text)))
                .collect()
        };
        let real = facts(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let vitte = facts(&[("b", "1"), ("c", "2"), ("d", "1")]);
        let found: Vec<_> = differences(&real, &vitte)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(found, ["missing a", "differs c", "extra d"]);
    }
}
