//! The words of a Rust source: just enough of a lexer to follow its imports.
//!
//! Comments, lifetimes, characters and numbers are left out. Strings are kept, since the name of a
//! file in `#[path]` is one.

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Word(String),
    Text(String),
    /// `::`
    Path,
    Sign(char),
}

impl Token {
    pub fn word(&self) -> Option<&str> {
        match self {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    pub fn is(&self, sign: char) -> bool {
        *self == Token::Sign(sign)
    }
}

/// The tokens of a source.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut rest = source;
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => block_comment(rest),
            '"' => quoted(rest, 0, &mut tokens),
            'r' | 'b' | 'c' if string_prefix(rest).is_some() => {
                quoted(rest, string_prefix(rest).unwrap_or(0), &mut tokens)
            }
            '\'' => character(rest),
            _ if first.is_alphanumeric() || first == '_' => word(rest, &mut tokens),
            _ if rest.starts_with("::") => {
                tokens.push(Token::Path);
                2
            }
            _ => {
                if !first.is_whitespace() {
                    tokens.push(Token::Sign(first));
                }
                first.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    tokens
}

fn word(rest: &str, tokens: &mut Vec<Token>) -> usize {
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
    let word = &rest[..end.unwrap_or(rest.len())];
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        tokens.push(Token::Word(word.to_owned()));
    }
    word.len()
}

/// How long a comment in `/* */` is, which may hold others.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let bytes = rest.as_bytes();
    let mut at = 0;
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// How long the letters and hashes before a string's quote are, if a string begins here.
fn string_prefix(rest: &str) -> Option<usize> {
    let letters = rest.len() - rest.trim_start_matches(['r', 'b', 'c']).len();
    let hashes = rest[letters..].len() - rest[letters..].trim_start_matches('#').len();
    let is_string = letters <= 2 && rest[letters + hashes..].starts_with('"');
    (is_string && (hashes == 0 || rest[..letters].contains('r'))).then_some(letters + hashes)
}

/// How long the string is that begins after a prefix.
fn quoted(rest: &str, prefix: usize, tokens: &mut Vec<Token>) -> usize {
    let is_raw = rest[..prefix].contains('r');
    let hashes = rest[..prefix].matches('#').count();
    let end = format!("\"{}", "#".repeat(hashes));
    let start = prefix + 1;
    let mut at = start;
    while at < rest.len() && !rest[at..].starts_with(&end) {
        let next = rest[at..].chars().next().map_or(1, char::len_utf8);
        let is_escape = !is_raw && rest[at..].starts_with('\\');
        at += next;
        if is_escape {
            at += rest[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    tokens.push(Token::Text(rest[start..at].to_owned()));
    (at + end.len()).min(rest.len())
}

/// How long a character or a lifetime is.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => {
            chars.next();
            let end = chars.find(|&(_, c)| c == '\'');
            end.map_or(rest.len(), |(at, _)| at + 1)
        }
        Some((_, c)) if rest[1 + c.len_utf8()..].starts_with('\'') => 2 + c.len_utf8(),
        _ => {
            1 + rest[1..]
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(0)
        }
    }
}

#[test]
fn words_are_told_from_comments_strings_and_lifetimes() {
    let source = r##"
        /* no /* word */ here */ use a::b; // nor here
        fn f<'a>(c: char) { c == 'x' || c == '\'' || s == "use \" x" || t == r#"q"uote"# }
    "##;
    let words: Vec<_> = tokens(source)
        .iter()
        .filter_map(Token::word)
        .map(str::to_owned)
        .collect();
    assert_eq!(
        words,
        ["use", "a", "b", "fn", "f", "c", "char", "c", "c", "s", "t"]
    );
    assert!(tokens(source).contains(&Token::Text("q\"uote".to_owned())));
}
