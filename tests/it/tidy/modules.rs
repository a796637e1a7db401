//! The modules of a crate: which file each is in, what it defines, imports and mentions.
//!
//! Read from the tokens: macros are not expanded, and what a `cfg` switches counts, except tests.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::{Token, tokens};

pub type Segments = Vec<String>;

/// A module, which may share its file with others.
#[derive(Default)]
pub struct Module {
    pub file: String,
    pub parent: Option<usize>,
    pub children: BTreeMap<String, usize>,
    pub defined: BTreeSet<String>,
    /// What a name stands for, by `use`.
    pub imports: BTreeMap<String, Segments>,
    /// Names that this module imports for others to see.
    pub exports: BTreeSet<String>,
    /// What is imported with `*`, and whether it is for others to see.
    pub globs: Vec<(Segments, bool)>,
    /// All words outside of imports.
    pub words: BTreeSet<String>,
    /// Paths of more than one segment in the code.
    pub mentions: BTreeSet<Segments>,
}

/// A crate's modules; the first is its root.
pub struct Modules(pub Vec<Module>);

/// Reads a crate from its root file on.
pub fn modules(root: &str, read: &dyn Fn(&str) -> Option<String>) -> Modules {
    let mut modules = Modules(vec![Module {
        file: root.to_owned(),
        ..Module::default()
    }]);
    let folder = folder_of(root);
    let source = read(root).unwrap_or_else(|| panic!("{root} is not there"));
    Reader {
        modules: &mut modules,
        read,
        module: 0,
        folder,
        is_export: false,
    }
    .read_all(&tokens(&source));
    modules
}

fn folder_of(file: &str) -> String {
    file.rsplit_once('/')
        .map_or("", |(folder, _)| folder)
        .to_owned()
}

struct Reader<'a> {
    modules: &'a mut Modules,
    read: &'a dyn Fn(&str) -> Option<String>,
    module: usize,
    /// Where the files of child modules are.
    folder: String,
    /// Whether the import that is being read begins with `pub`.
    is_export: bool,
}

impl Reader<'_> {
    fn this(&mut self) -> &mut Module {
        &mut self.modules.0[self.module]
    }

    fn read_all(&mut self, tokens: &[Token]) {
        let mut at = 0;
        let mut depth = 0;
        let mut path = None;
        while at < tokens.len() {
            let rest = &tokens[at..];
            at += match &rest[0] {
                Token::Sign('#') => self.attribute(rest, &mut path),
                Token::Sign(sign) => {
                    match sign {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        _ => {}
                    }
                    path = None;
                    1
                }
                Token::Word(word) if word == "use" => {
                    let before = at.checked_sub(1).map(|before| &tokens[before]);
                    self.is_export =
                        before.is_some_and(|token| token.is(')') || token.word() == Some("pub"));
                    self.import(rest)
                }
                Token::Word(word) if word == "mod" => self.child(rest, path.take()),
                Token::Word(word) if rest.get(1) == Some(&Token::Path) => self.mention(word, rest),
                Token::Word(word) => {
                    self.this().words.insert(word.clone());
                    self.define(word, rest, depth);
                    1
                }
                _ => 1,
            };
        }
    }

    /// Steps over an attribute, and over what it keeps for tests.
    fn attribute(&mut self, rest: &[Token], path: &mut Option<String>) -> usize {
        let open = rest.iter().take(3).position(|token| token.is('['));
        let Some(open) = open else { return 1 };
        let end = open + group(&rest[open..]);
        let inside = &rest[open + 1..end];
        let has = |word: &str| inside.iter().any(|token| token.word() == Some(word));
        if let [Token::Word(word), Token::Sign('='), Token::Text(file), ..] = inside {
            if word == "path" {
                *path = Some(file.clone());
            }
        }
        let is_test = has("cfg") && has("test") && !has("not");
        if is_test {
            end + item(&rest[end..])
        } else {
            end
        }
    }

    /// `mod name;` or `mod name { … }`.
    fn child(&mut self, rest: &[Token], path: Option<String>) -> usize {
        let Some(name) = rest.get(1).and_then(Token::word) else {
            return 1;
        };
        let parent = self.module;
        let folder = format!("{}/{name}", self.folder);
        let index = self.modules.0.len();
        let mut module = Module {
            parent: Some(parent),
            ..Module::default()
        };
        if rest.get(2).is_some_and(|token| token.is('{')) {
            module.file = self.this().file.clone();
            self.modules.0.push(module);
            let end = 2 + group(&rest[2..]);
            self.enter(index, folder, &rest[3..end - 1]);
            self.this().children.insert(name.to_owned(), index);
            return end;
        }
        if !rest.get(2).is_some_and(|token| token.is(';')) {
            return 1;
        }
        let beside = folder_of(&self.this().file);
        let is_moved = path.is_some();
        let candidates = match path {
            Some(path) => vec![format!("{beside}/{path}")],
            None => vec![format!("{folder}.rs"), format!("{folder}/mod.rs")],
        };
        let found = candidates
            .into_iter()
            .find_map(|file| Some(((self.read)(&file)?, file)));
        if let Some((source, file)) = found {
            // The children of a file that `#[path]` names are beside it.
            let folder_of_children = if is_moved { folder_of(&file) } else { folder };
            module.file = file;
            self.modules.0.push(module);
            self.enter(index, folder_of_children, &tokens(&source));
            self.this().children.insert(name.to_owned(), index);
        }
        3
    }

    fn enter(&mut self, module: usize, folder: String, tokens: &[Token]) {
        Reader {
            modules: self.modules,
            read: self.read,
            module,
            folder,
            is_export: false,
        }
        .read_all(tokens);
    }

    fn import(&mut self, rest: &[Token]) -> usize {
        let mut end = 1;
        while end < rest.len() && !rest[end].is(';') {
            end += 1;
        }
        // `use<'a>` in a bound is not an import.
        if !rest.get(1).is_some_and(|token| token.is('<')) {
            self.tree(&rest[1..end], &[]);
            return end;
        }
        1
    }

    /// One tree of a `use`.
    fn tree(&mut self, tree: &[Token], before: &[String]) {
        let mut segments = before.to_vec();
        let mut at = 0;
        while at < tree.len() {
            match &tree[at] {
                Token::Word(word) if word == "as" => {
                    let name = tree.get(at + 1).and_then(Token::word).unwrap_or("_");
                    return self.named(name, segments);
                }
                Token::Word(word) => segments.push(word.clone()),
                Token::Sign('*') => {
                    let is_export = self.is_export;
                    return self.this().globs.push((segments, is_export));
                }
                Token::Sign('{') => {
                    let end = at + group(&tree[at..]);
                    return split(&tree[at + 1..end - 1], |tree| self.tree(tree, &segments));
                }
                _ => {}
            }
            at += 1;
        }
        if segments.last().is_some_and(|last| last == "self") {
            segments.pop();
        }
        if let Some(name) = segments.last().cloned() {
            self.named(&name, segments);
        }
    }

    fn named(&mut self, name: &str, mut segments: Segments) {
        if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
            segments.pop();
        }
        let count = self.this().imports.len();
        let name = if name == "_" {
            format!("_{count}")
        } else {
            name.to_owned()
        };
        if self.is_export {
            self.this().exports.insert(name.clone());
        }
        self.this().imports.insert(name, segments);
    }

    fn mention(&mut self, first: &str, rest: &[Token]) -> usize {
        let mut segments = vec![first.to_owned()];
        self.this().words.insert(first.to_owned());
        let mut at = 1;
        while let (Some(Token::Path), Some(Token::Word(word))) = (rest.get(at), rest.get(at + 1)) {
            segments.push(word.clone());
            at += 2;
        }
        self.this().mentions.insert(segments);
        at
    }

    fn define(&mut self, word: &str, rest: &[Token], depth: i32) {
        const ITEMS: &[&str] = &[
            "fn", "struct", "enum", "union", "trait", "type", "const", "static",
        ];
        if depth == 0 && ITEMS.contains(&word) {
            if let Some(name) = rest[1..].iter().find_map(Token::word) {
                self.this().defined.insert(name.to_owned());
            }
        }
        if word == "macro_rules" {
            if let Some(name) = rest.get(2).and_then(Token::word) {
                self.this().defined.insert(name.to_owned());
            }
        }
    }
}

/// How many tokens the group has that begins here.
fn group(tokens: &[Token]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// How many tokens the item has that begins here.
fn item(tokens: &[Token]) -> usize {
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at] {
            Token::Sign(';' | ',') => return at + 1,
            Token::Sign('}') => return at,
            Token::Sign('{') => return at + group(&tokens[at..]),
            Token::Sign('(' | '[') => at += group(&tokens[at..]),
            _ => at += 1,
        }
    }
    at
}

/// What stands between commas that are in no group.
fn split(tokens: &[Token], mut each: impl FnMut(&[Token])) {
    let mut start = 0;
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].is(',') {
            each(&tokens[start..at]);
            start = at + 1;
        }
        at += if tokens[at].is('{') {
            group(&tokens[at..])
        } else {
            1
        };
    }
    if start < at {
        each(&tokens[start..at]);
    }
}
