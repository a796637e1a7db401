//! The text form of a choice log, short enough for a command line.
//!
//! Choices are written in base 36 digits, one digit for a choice below 35 and `z` followed by a
//! decimal number and a dot for larger ones. A run of four or more equal digits is written once,
//! followed by its length in parentheses: `0(120)`. Trailing zeros are left out, since
//! 0 is what a replay chooses after its end.

use std::error::Error;
use std::fmt;

/// The index of the alternative that was taken.
pub type Choice = u32;

/// The text is not a replay string, or it is damaged; from `Builder::new_deterministic_replay`.
///
/// # Examples
///
/// ```
/// let error = vitte::runtime::Builder::new_deterministic_replay("?!").err().unwrap();
/// assert_eq!(error.to_string(), "not a replay string: unexpected text at byte 0");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayError {
    at: usize,
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "not a replay string: unexpected text at byte {}",
            self.at
        )
    }
}

impl Error for ReplayError {}

/// Runs shorter than this are written out.
const MIN_RUN: usize = 4;

/// A log longer than this when decoded is refused: the text is damaged.
const MAX_CHOICES: usize = 100_000_000;

pub(super) fn encode(log: &[Choice]) -> String {
    let significant = log
        .iter()
        .rposition(|&choice| choice != 0)
        .map_or(0, |last| last + 1);
    let mut text = String::new();
    for run in log[..significant].chunk_by(|a, b| a == b) {
        let digit = encode_one(run[0]);
        if run.len() < MIN_RUN {
            text.extend(std::iter::repeat_n(digit, run.len()));
        } else {
            text.push_str(&format!("{digit}({})", run.len()));
        }
    }
    text
}

fn encode_one(choice: Choice) -> String {
    match char::from_digit(choice, 36) {
        Some(digit) if digit != 'z' => digit.to_string(),
        _ => format!("z{choice}."),
    }
}

pub(super) fn decode(text: &str) -> Result<Vec<Choice>, ReplayError> {
    let mut log = Vec::new();
    let mut rest = text.trim();
    let whole = rest.len();
    while let Some(first) = rest.chars().next() {
        let error = ReplayError {
            at: whole - rest.len(),
        };
        let choice;
        (choice, rest) = match first {
            'z' => number_until(&rest[1..], '.').ok_or(error.clone())?,
            _ => (
                first.to_digit(36).ok_or(error.clone())?,
                &rest[first.len_utf8()..],
            ),
        };
        let mut count = 1;
        if let Some(run) = rest.strip_prefix('(') {
            (count, rest) = number_until(run, ')').ok_or(error.clone())?;
        }
        if log.len() + count as usize > MAX_CHOICES {
            return Err(error);
        }
        log.extend(std::iter::repeat_n(choice, count as usize));
    }
    Ok(log)
}

/// The number before `end`, and the text after it.
fn number_until(text: &str, end: char) -> Option<(u32, &str)> {
    let (number, rest) = text.split_once(end)?;
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_survive_a_round_trip() {
        let logs: [&[Choice]; 5] = [
            &[],
            &[1],
            &[1, 0, 2, 34, 35, 36, 100_000],
            &[3; 90],
            &[0, 0, 0, 0, 0, 1, 1],
        ];
        for log in logs {
            assert_eq!(decode(&encode(log)).unwrap(), log, "{}", encode(log));
        }
    }

    #[test]
    fn trailing_zeros_are_left_out() {
        assert_eq!(encode(&[2, 0, 0, 0]), "2");
    }

    #[test]
    fn damaged_text_is_refused() {
        for text in ["!", "z", "z12", "1(", "1(x)", "0(4000000000)"] {
            assert!(decode(text).is_err(), "{text}");
        }
    }
}
