//! Lifetimes by number, so that it does not matter what they are called or whether they are
//! written at all.

use std::collections::HashMap;

/// The lifetimes of one item, numbered as they turn up.
#[derive(Clone, Default)]
pub struct Lifetimes {
    names: HashMap<String, String>,
    count: usize,
    /// What a lifetime that is not written means; a new one of its own if `None`.
    elided: Option<String>,
    /// Those that have turned up since the last call of [`start_inputs`](Self::start_inputs).
    seen: Vec<String>,
    /// The lifetime of the reference in the type of `self`.
    of_self: Option<String>,
}

impl Lifetimes {
    /// The number of a lifetime as it is written, or not written.
    pub fn number(&mut self, written: Option<&str>) -> String {
        let number = match written {
            Some("'static") => return "'static".to_owned(),
            None | Some("'_") => match &self.elided {
                Some(known) => known.clone(),
                None => self.fresh(),
            },
            Some(name) => match self.names.get(name) {
                Some(known) => known.clone(),
                None => {
                    let number = self.fresh();
                    self.names.insert(name.to_owned(), number.clone());
                    number
                }
            },
        };
        if !self.seen.contains(&number) {
            self.seen.push(number.clone());
        }
        number
    }

    /// Until [`end_inputs`](Self::end_inputs), the types of a function's arguments follow.
    pub fn start_inputs(&mut self) {
        self.seen.clear();
        self.of_self = None;
        self.elided = None;
    }

    /// The type of `self` was the last one.
    pub fn was_self(&mut self) {
        self.of_self = self.seen.first().cloned();
    }

    /// From here on lifetimes that are not written are those that the rules of elision name.
    pub fn end_inputs(&mut self) {
        self.elided = match (&self.of_self, &self.seen[..]) {
            (Some(of_self), _) => Some(of_self.clone()),
            (None, [only]) => Some(only.clone()),
            _ => None,
        };
    }

    /// What is not written is new again.
    pub fn end_output(&mut self) {
        self.elided = None;
    }

    fn fresh(&mut self) -> String {
        self.count += 1;
        format!("'{}", self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::Lifetimes;

    #[test]
    fn written_and_elided_lifetimes_get_the_same_numbers() {
        let mut written = Lifetimes::default();
        written.start_inputs();
        written.number(Some("'a"));
        written.was_self();
        written.number(Some("'b"));
        written.end_inputs();
        let mut elided = Lifetimes::default();
        elided.start_inputs();
        elided.number(None);
        elided.was_self();
        elided.number(Some("'_"));
        elided.end_inputs();
        assert_eq!(written.number(Some("'a")), elided.number(None));
        assert_ne!(written.number(Some("'b")), elided.number(None));
    }
}
