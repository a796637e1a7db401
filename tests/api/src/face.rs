//! One side of the comparison: its crates' descriptions, and what is public under which path.
//!
//! A crate that re-exports has nothing but `use` entries in its description; what they name is
//! found in the description of the crate that defines it.

use std::collections::{BTreeMap, HashMap};

use rustdoc_types::{Attribute, Crate, Id, Item, ItemEnum, ItemKind};

use crate::Failure;

/// A crate's description and an index of it.
struct Described {
    name: String,
    json: Crate,
    by_path: HashMap<(Vec<String>, ItemKind), Id>,
}

/// Where an item is described.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    krate: usize,
    id: Id,
}

/// What an id means.
pub enum Meaning {
    /// An item of this side's crates.
    Ours(Place),
    /// An item of another crate, by the path of its definition.
    Foreign(String, ItemKind),
}

/// What is at a public path.
pub struct Public {
    /// What is there.
    pub meaning: Meaning,
    /// Whether it, or a module on the way to it, is left out of the documentation.
    pub hidden: bool,
}

/// The name that an item goes by in the comparison.
struct Name {
    path: String,
    hidden: bool,
}

/// One side of the comparison.
pub struct Face {
    crates: Vec<Described>,
    /// Whether an `impl Trait` in a function's output captures every lifetime, as it does from
    /// edition 2024 on.
    pub captures_all: bool,
    names: HashMap<Place, Name>,
    /// What is public: by path, and by kind where a path has several meanings.
    pub public: BTreeMap<(String, &'static str), Public>,
}

impl Face {
    /// Finds everything public, from the root of the first crate on.
    pub fn new(crates: Vec<(String, Crate)>, captures_all: bool) -> Result<Self, Failure> {
        let crates = crates.into_iter().map(|(name, json)| {
            let own = json
                .paths
                .iter()
                .filter(|(_, summary)| summary.crate_id == 0);
            let by_path = own
                .map(|(&id, summary)| ((summary.path.clone(), summary.kind), id))
                .collect();
            Described {
                name,
                json,
                by_path,
            }
        });
        let mut face = Face {
            crates: crates.collect(),
            captures_all,
            names: HashMap::new(),
            public: BTreeMap::new(),
        };
        let root = Place {
            krate: 0,
            id: face.crates[0].json.root,
        };
        let name = face.crates[0].name.clone();
        face.walk(root, &name, false, &mut Vec::new())?;
        face.choose_names();
        Ok(face)
    }

    /// The item at a place.
    pub fn item(&self, place: Place) -> &Item {
        &self.crates[place.krate].json.index[&place.id]
    }

    /// What an id that an item at `from` mentions means. `None` for what no description has.
    pub fn resolve(&self, from: Place, id: Id) -> Option<Meaning> {
        let described = &self.crates[from.krate];
        if described
            .json
            .index
            .get(&id)
            .is_some_and(|item| item.crate_id == 0)
        {
            return Some(Meaning::Ours(Place {
                krate: from.krate,
                id,
            }));
        }
        let summary = described.json.paths.get(&id)?;
        let krate = self
            .crates
            .iter()
            .position(|krate| krate.name == summary.path[0]);
        // The path of a crate's root has one segment, and so has that of a macro's crate.
        if let Some(krate) = krate {
            let key = (summary.path.clone(), summary.kind);
            return match self.crates[krate].by_path.get(&key) {
                Some(&id) if self.crates[krate].json.index.contains_key(&id) => {
                    Some(Meaning::Ours(Place { krate, id }))
                }
                _ if summary.path.len() == 1 => {
                    let id = self.crates[krate].json.root;
                    Some(Meaning::Ours(Place { krate, id }))
                }
                _ => None,
            };
        }
        Some(Meaning::Foreign(summary.path.join("::"), summary.kind))
    }

    /// The path that the item at a place goes by, and whether it is hidden; `None` if it is not
    /// public.
    pub fn name(&self, place: Place) -> Option<(&str, bool)> {
        let name = self.names.get(&place)?;
        Some((&name.path, name.hidden))
    }

    /// A place beside another one, in the same crate.
    pub fn beside(&self, place: Place, id: Id) -> Option<Place> {
        let known = self.crates[place.krate].json.index.contains_key(&id);
        known.then_some(Place {
            krate: place.krate,
            id,
        })
    }

    /// Every trait impl that a crate of this side has itself.
    pub fn impls(&self) -> impl Iterator<Item = Place> {
        self.crates
            .iter()
            .enumerate()
            .flat_map(|(krate, described)| {
                let items = described.json.index.values();
                let impls = items
                    .filter(|item| item.crate_id == 0 && matches!(&item.inner, ItemEnum::Impl(_)));
                impls.map(move |item| Place { krate, id: item.id })
            })
    }

    fn walk(
        &mut self,
        module: Place,
        path: &str,
        hidden: bool,
        above: &mut Vec<Place>,
    ) -> Result<(), Failure> {
        if above.contains(&module) {
            return Ok(());
        }
        let ItemEnum::Module(contents) = &self.item(module).inner else {
            return Err(format!("{path} should be a module"));
        };
        above.push(module);
        for id in contents.items.clone() {
            let Some(place) = self.beside(module, id) else {
                continue;
            };
            let item = self.item(place);
            let hidden = hidden || is_hidden(item);
            if let ItemEnum::Use(import) = &item.inner {
                let import = import.clone();
                let Some(target) = import.id.and_then(|id| self.resolve(place, id)) else {
                    return Err(format!("{path}: nothing is known of {}", import.source));
                };
                match target {
                    Meaning::Ours(target) if import.is_glob => {
                        self.walk(target, path, hidden, above)?;
                    }
                    meaning => {
                        self.enter(meaning, &format!("{path}::{}", import.name), hidden, above)?;
                    }
                }
            } else if let Some(name) = item.name.clone() {
                self.enter(
                    Meaning::Ours(place),
                    &format!("{path}::{name}"),
                    hidden,
                    above,
                )?;
            }
        }
        above.pop();
        Ok(())
    }

    fn enter(
        &mut self,
        meaning: Meaning,
        path: &str,
        hidden: bool,
        above: &mut Vec<Place>,
    ) -> Result<(), Failure> {
        let (kind, module, hidden) = match &meaning {
            Meaning::Ours(place) => {
                let item = self.item(*place);
                let module = matches!(item.inner, ItemEnum::Module(_)).then_some(*place);
                (kind_of(&item.inner), module, hidden || is_hidden(item))
            }
            Meaning::Foreign(_, kind) => (foreign_kind(*kind), None, hidden),
        };
        let Some(kind) = kind else {
            return Ok(());
        };
        let key = (path.to_owned(), kind);
        // A second way to the same path counts if it is one that the documentation shows.
        if self
            .public
            .get(&key)
            .is_none_or(|present| present.hidden && !hidden)
        {
            self.public.insert(key, Public { meaning, hidden });
        }
        match module {
            Some(module) => self.walk(module, path, hidden, above),
            None => Ok(()),
        }
    }

    /// Of the paths of an item, the name is a documented one, the shortest, the first.
    fn choose_names(&mut self) {
        let mut names: HashMap<Place, Name> = HashMap::new();
        let rank = |path: &str, hidden| (hidden, path.matches("::").count(), path.to_owned());
        for ((path, _), public) in &self.public {
            let Meaning::Ours(place) = public.meaning else {
                continue;
            };
            let better = names.get(&place).is_none_or(|present| {
                rank(path, public.hidden) < rank(&present.path, present.hidden)
            });
            if better {
                names.insert(
                    place,
                    Name {
                        path: path.clone(),
                        hidden: public.hidden,
                    },
                );
            }
        }
        self.names = names;
    }
}

/// Whether an item is left out of the documentation.
pub fn is_hidden(item: &Item) -> bool {
    item.attrs
        .iter()
        .any(|attribute| matches!(attribute, Attribute::Other(text) if text == "#[doc(hidden)]"))
}

fn kind_of(item: &ItemEnum) -> Option<&'static str> {
    Some(match item {
        ItemEnum::Module(_) => "mod",
        ItemEnum::Struct(_) => "struct",
        ItemEnum::Union(_) => "union",
        ItemEnum::Enum(_) => "enum",
        ItemEnum::Trait(_) => "trait",
        ItemEnum::Function(_) => "fn",
        ItemEnum::TypeAlias(_) => "type",
        ItemEnum::Constant { .. } => "const",
        ItemEnum::Static(_) => "static",
        ItemEnum::Macro(_) | ItemEnum::ProcMacro(_) => "macro",
        _ => return None,
    })
}

fn foreign_kind(kind: ItemKind) -> Option<&'static str> {
    Some(match kind {
        ItemKind::Module => "mod",
        ItemKind::Struct => "struct",
        ItemKind::Enum => "enum",
        ItemKind::Trait => "trait",
        ItemKind::Function => "fn",
        ItemKind::TypeAlias => "type",
        ItemKind::Constant => "const",
        ItemKind::Macro | ItemKind::ProcAttribute | ItemKind::ProcDerive => "macro",
        _ => return None,
    })
}
