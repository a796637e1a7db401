//! Which file of a crate uses what another one defines, and the circles in that.
//!
//! An import leads to the file in which the item is *defined*: a re-export on the way is followed,
//! and is not an import itself. So a room's root file that re-exports its parts depends on none of
//! them, and nobody's circle is hidden behind it. `mod child;` is not an import either. A module's
//! name alone leads nowhere; what is named through it does. Methods of a type that comes by
//! inference are not seen, and neither is what only a macro names.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::Modules;

/// By file, the other files that it uses.
pub type Graph = BTreeMap<String, BTreeSet<String>>;

/// Where a path leads.
#[derive(Clone, Copy)]
enum Place {
    Module(usize),
    Item(usize),
}

impl Modules {
    /// Who uses whom.
    pub fn graph(&self) -> Graph {
        let mut graph = Graph::new();
        for (index, module) in self.0.iter().enumerate() {
            let used = graph.entry(module.file.clone()).or_default();
            for place in self.places(index) {
                if let Place::Item(other) = place {
                    used.insert(self.0[other].file.clone());
                }
            }
            used.remove(&module.file);
        }
        graph
    }

    /// Where the code of a module reaches.
    fn places(&self, index: usize) -> Vec<Place> {
        let module = &self.0[index];
        // What is passed on to others counts only if it is used here as well.
        let is_used = |name: &String| !module.exports.contains(name) || module.words.contains(name);
        let imports = module.imports.iter().filter(|(name, _)| is_used(name));
        let paths = imports.map(|(_, path)| path).chain(&module.mentions);
        let mut places: Vec<_> = paths
            .filter_map(|path| self.resolve(index, path, 0))
            .collect();
        for (path, _) in &module.globs {
            match self.resolve(index, path, 0) {
                // Of a module's names, those that occur here.
                Some(Place::Module(other)) if other != index => {
                    let is_own = |word: &str| self.own(index, word);
                    let words = module.words.iter().filter(|word| !is_own(word));
                    places.extend(words.filter_map(|word| self.name(other, word, 0)));
                }
                place => places.extend(place),
            }
        }
        places
    }

    /// Whether a module knows a name without a `*`.
    fn own(&self, module: usize, name: &str) -> bool {
        let module = &self.0[module];
        module.children.contains_key(name)
            || module.defined.contains(name)
            || module.imports.contains_key(name)
    }

    /// Follows a path from a module on; nothing if it leads out of the crate.
    fn resolve(&self, from: usize, path: &[String], depth: u32) -> Option<Place> {
        let (first, rest) = path.split_first()?;
        let start = match first.as_str() {
            "crate" => Place::Module(0),
            "self" => Place::Module(from),
            "super" => Place::Module(self.0[from].parent?),
            "Self" | "std" | "core" | "alloc" => return None,
            name => self.name(from, name, depth)?,
        };
        let mut place = start;
        for segment in rest {
            let Place::Module(module) = place else { break };
            place = match segment.as_str() {
                "super" => Place::Module(self.0[module].parent?),
                name => self
                    .name(module, name, depth)
                    .unwrap_or(Place::Item(module)),
            };
        }
        Some(place)
    }

    /// What a name is in a module.
    fn name(&self, module: usize, name: &str, depth: u32) -> Option<Place> {
        // A path that leads back to itself: an external crate with the name of what it exports.
        if depth > 16 {
            return None;
        }
        let this = &self.0[module];
        if let Some(&child) = this.children.get(name) {
            return Some(Place::Module(child));
        }
        if this.defined.contains(name) {
            return Some(Place::Item(module));
        }
        if let Some(path) = this.imports.get(name) {
            let leads_to_itself = path.len() == 1 && path[0] == name;
            return if leads_to_itself {
                None
            } else {
                self.resolve(module, path, depth + 1)
            };
        }
        this.globs
            .iter()
            .find_map(|(path, _)| match self.resolve(module, path, depth + 1)? {
                Place::Module(other) if other != module => self.name(other, name, depth + 1),
                _ => None,
            })
    }
}

/// Sets of files in which each leads to each other, largest first.
pub fn circles(graph: &Graph) -> Vec<BTreeSet<String>> {
    let reached: BTreeMap<_, _> = graph
        .keys()
        .map(|file| (file.as_str(), reached(graph, file)))
        .collect();
    let mut circles = BTreeSet::new();
    for (file, others) in &reached {
        let leads_back = |other: &&&str| reached.get(**other).is_some_and(|r| r.contains(file));
        let circle: BTreeSet<_> = others
            .iter()
            .filter(leads_back)
            .map(|f| f.to_string())
            .collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    let mut circles: Vec<_> = circles.into_iter().collect();
    circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
    circles
}

/// The files that a file leads to.
fn reached<'a>(graph: &'a Graph, file: &'a str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next = vec![file];
    while let Some(file) = next.pop() {
        for other in graph.get(file).into_iter().flatten() {
            if reached.insert(other.as_str()) {
                next.push(other);
            }
        }
    }
    reached
}

#[cfg(test)]
fn circles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let read = |name: &str| {
        let found = files.iter().find(|(file, _)| *file == name);
        found.map(|(_, text)| text.to_string())
    };
    let graph =
        super::modules::modules("lib.rs", &|name| read(name.trim_start_matches('/'))).graph();
    let names = |circle: BTreeSet<String>| {
        circle
            .iter()
            .map(|file| file.trim_start_matches('/').to_owned())
            .collect()
    };
    circles(&graph).into_iter().map(names).collect()
}

#[test]
fn a_circle_behind_a_re_export_is_found() {
    let circles = circles_of(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "mod inner; pub(crate) use inner::Thing;"),
        ("a/inner.rs", "pub struct Thing; fn f() { crate::b::g() }"),
        (
            "b.rs",
            "use crate::a::{self as house, Other}; pub fn g() -> house::Thing { }",
        ),
    ]);
    assert_eq!(circles, [["a/inner.rs", "b.rs"]]);
}

#[test]
fn a_table_of_contents_and_tests_are_in_no_circle() {
    let circles = circles_of(&[
        ("lib.rs", "mod a; pub use a::Thing; pub struct Root;"),
        (
            "a.rs",
            "use crate::Root; pub struct Thing(Root); #[cfg(test)] mod tests { use crate::b; }",
        ),
        ("b.rs", "use super::a::Thing;"),
    ]);
    assert!(circles.is_empty(), "{circles:?}");
}

#[test]
fn globs_and_inline_modules_lead_on() {
    let circles = circles_of(&[
        ("lib.rs", "mod a; mod b;"),
        (
            "a.rs",
            "use crate::b::*; mod inner { pub fn f() { super::g() } } fn g() { h() }",
        ),
        ("b.rs", "pub fn h() { crate::a::inner::f() }"),
    ]);
    assert_eq!(circles, [["a.rs", "b.rs"]]);
}
