//! Types as source text, with every parameter replaced by a type that will do.

use std::collections::HashMap;

use rustdoc_types::{
    AssocItemConstraintKind, GenericArg, GenericArgs, GenericBound, GenericParamDefKind, Generics,
    Path, Term, Type, WherePredicate,
};

use crate::face::{Face, Meaning, Place};

/// A type of the prelude that has every auto trait.
pub const GOOD: &str = "Good";

/// A type of the prelude that implements the traits of streams.
pub const STREAM: &str = "Stream";

/// What is taken for a parameter that must implement a trait: the trait, as its path begins, and
/// the type.
const CHOICES: [(&str, &str); 11] = [
    ("tokio::net::ToSocketAddrs", "std::net::SocketAddr"),
    ("tokio::io::Async", STREAM),
    ("core::convert::AsRef", "&'static str"),
    ("std::ffi::os_str::OsStr", "&'static str"),
    ("core::convert::Into", "&'static str"),
    (
        "core::future::into_future::IntoFuture",
        "std::future::Ready<Good>",
    ),
    ("bytes::buf::buf_impl::Buf", "std::io::Cursor<Vec<u8>>"),
    ("bytes::buf::buf_mut::BufMut", "Vec<u8>"),
    ("core::ops::range::RangeBounds", "std::ops::RangeFull"),
    ("core::iter::traits::collect::IntoIterator", "Vec<Good>"),
    ("std::os::fd::raw::AsRawFd", GOOD),
];

/// Where the types of the standard library are to be found that tokio's functions take.
const FOREIGN: [&str; 19] = [
    "std::ffi::OsStr",
    "std::fs::Permissions",
    "std::io::IoSlice",
    "std::io::Result",
    "std::io::SeekFrom",
    "std::net::Ipv4Addr",
    "std::net::Ipv6Addr",
    "std::net::SocketAddr",
    "std::option::Option",
    "std::path::Path",
    "std::pin::Pin",
    "std::result::Result",
    "std::string::String",
    "std::sync::Arc",
    "std::task::Context",
    "std::time::Duration",
    "std::time::SystemTime",
    "std::vec::Vec",
    "std::fs::FileTimes",
];

/// Writes types out.
#[derive(Clone)]
pub struct Source<'a> {
    face: &'a Face,
    place: Place,
    substitutions: HashMap<String, String>,
}

impl<'a> Source<'a> {
    /// For the item at `place`.
    pub fn new(face: &'a Face, place: Place) -> Self {
        Source {
            face,
            place,
            substitutions: HashMap::new(),
        }
    }

    /// From now on `parameter` is written as `type_`.
    pub fn substitute(&mut self, parameter: &str, type_: &str) {
        self.substitutions
            .insert(parameter.to_owned(), type_.to_owned());
    }

    /// Finds a type for each parameter, by its bounds.
    pub fn choose(&mut self, generics: &Generics) {
        let parameters = generics.params.iter();
        let types = parameters.filter_map(|parameter| match &parameter.kind {
            GenericParamDefKind::Type { .. } => Some(parameter.name.as_str()),
            _ => None,
        });
        // Closures last: their types mention those of other parameters.
        let mut closures = Vec::new();
        for name in types {
            let traits = traits_of(generics, name);
            let is_closure = |trait_: &&Path| {
                matches!(
                    trait_.args.as_deref(),
                    Some(GenericArgs::Parenthesized { .. })
                )
            };
            if let Some(closure) = traits.iter().copied().find(is_closure) {
                closures.push((name, closure));
                continue;
            }
            let chosen = traits.into_iter().find_map(|trait_| self.for_bound(trait_));
            self.substitute(name, chosen.as_deref().unwrap_or(GOOD));
        }
        for (name, closure) in closures {
            if let Some(pointer) = self.pointer(closure) {
                self.substitute(name, &pointer);
            }
        }
    }

    fn for_bound(&self, trait_: &Path) -> Option<String> {
        let name = self.name(trait_)?;
        if name.ends_with("::Future") {
            let output = returned(trait_).and_then(|output| self.type_(output));
            return Some(format!(
                "std::future::Ready<{}>",
                output.as_deref().unwrap_or(GOOD)
            ));
        }
        let mut choices = CHOICES.iter();
        choices
            .find(|(prefix, _)| name.starts_with(prefix))
            .map(|(_, type_)| (*type_).to_owned())
    }

    /// Whether a parameter must implement a trait.
    pub fn is_bound(&self, generics: &Generics, parameter: &str, trait_name: &str) -> bool {
        traits_of(generics, parameter)
            .into_iter()
            .any(|trait_| self.name(trait_).is_some_and(|name| name == trait_name))
    }

    /// A function pointer with the signature of a closure.
    fn pointer(&self, closure: &Path) -> Option<String> {
        let Some(GenericArgs::Parenthesized { inputs, output }) = closure.args.as_deref() else {
            return None;
        };
        let inputs = inputs.iter().map(|input| self.elided(input));
        let inputs = inputs.collect::<Option<Vec<_>>>()?.join(", ");
        let output = match output {
            Some(output) => format!(" -> {}", self.elided(output)?),
            None => String::new(),
        };
        Some(format!("fn({inputs}){output}"))
    }

    /// The definition's path, or the public one if it is of this side.
    fn name(&self, path: &Path) -> Option<String> {
        match self.face.resolve(self.place, path.id)? {
            Meaning::Ours(place) => Some(self.face.name(place)?.0.to_owned()),
            Meaning::Foreign(path, _) => Some(path),
        }
    }

    /// The text of a type; `None` if it cannot be written.
    pub fn type_(&self, type_: &Type) -> Option<String> {
        self.text(type_, "'static ")
    }

    fn elided(&self, type_: &Type) -> Option<String> {
        self.text(type_, "")
    }

    fn text(&self, type_: &Type, lifetime: &str) -> Option<String> {
        Some(match type_ {
            Type::ResolvedPath(path) => self.path(path, lifetime)?,
            Type::Generic(name) => self.substitutions.get(name)?.clone(),
            Type::Primitive(name) => name.clone(),
            Type::Tuple(parts) => {
                let parts = parts.iter().map(|part| self.text(part, lifetime));
                format!("({})", parts.collect::<Option<Vec<_>>>()?.join(", "))
            }
            Type::Slice(element) => format!("[{}]", self.text(element, lifetime)?),
            Type::Array { type_, len } => {
                let len = self.substitutions.get(len).unwrap_or(len);
                format!("[{}; {len}]", self.text(type_, lifetime)?)
            }
            Type::BorrowedRef {
                is_mutable, type_, ..
            } => {
                let kind = if *is_mutable { "mut " } else { "" };
                format!("&{lifetime}{kind}{}", self.text(type_, lifetime)?)
            }
            Type::ImplTrait(bounds) => {
                let mut bounds = bounds.iter();
                bounds.find_map(|bound| match bound {
                    GenericBound::TraitBound { trait_, .. } => {
                        self.for_bound(trait_).or_else(|| self.pointer(trait_))
                    }
                    _ => None,
                })?
            }
            _ => return None,
        })
    }

    fn path(&self, path: &Path, lifetime: &str) -> Option<String> {
        let name = match self.face.resolve(self.place, path.id)? {
            Meaning::Ours(place) => self.face.name(place)?.0.to_owned(),
            Meaning::Foreign(definition, _) => {
                let mut known = FOREIGN.iter();
                let ends = module_and_name(&definition);
                (*known.find(|public| module_and_name(public) == ends)?).to_owned()
            }
        };
        let Some(GenericArgs::AngleBracketed { args, .. }) = path.args.as_deref() else {
            return Some(name);
        };
        let args = args.iter().map(|argument| match argument {
            GenericArg::Lifetime(_) if lifetime.is_empty() => Some("'_".to_owned()),
            GenericArg::Lifetime(_) => Some("'static".to_owned()),
            GenericArg::Type(type_) => self.text(type_, lifetime),
            GenericArg::Const(constant) => Some(
                self.substitutions
                    .get(&constant.expr)
                    .unwrap_or(&constant.expr)
                    .clone(),
            ),
            GenericArg::Infer => None,
        });
        let args = args.collect::<Option<Vec<_>>>()?;
        Some(match args.is_empty() {
            true => name,
            false => format!("{name}<{}>", args.join(", ")),
        })
    }
}

/// The outermost module in a path, and the last name: in between are private modules.
fn module_and_name(path: &str) -> (Option<&str>, Option<&str>) {
    (path.split("::").nth(1), path.split("::").last())
}

/// The traits that a parameter must implement.
fn traits_of<'a>(generics: &'a Generics, parameter: &str) -> Vec<&'a Path> {
    let declared = generics
        .params
        .iter()
        .filter_map(|declared| match &declared.kind {
            GenericParamDefKind::Type { bounds, .. } if declared.name == parameter => Some(bounds),
            _ => None,
        });
    let required = generics
        .where_predicates
        .iter()
        .filter_map(|predicate| match predicate {
            WherePredicate::BoundPredicate {
                type_: Type::Generic(name),
                bounds,
                ..
            } if name == parameter => Some(bounds),
            _ => None,
        });
    let bounds = declared.chain(required).flatten();
    let traits = bounds.filter_map(|bound| match bound {
        GenericBound::TraitBound { trait_, .. } => Some(trait_),
        _ => None,
    });
    traits.collect()
}

/// What a bound says that a future returns, if it does.
fn returned(future: &Path) -> Option<&Type> {
    let Some(GenericArgs::AngleBracketed { constraints, .. }) = future.args.as_deref() else {
        return None;
    };
    constraints
        .iter()
        .find_map(|constraint| match &constraint.binding {
            AssocItemConstraintKind::Equality(Term::Type(type_)) => Some(type_),
            _ => None,
        })
}
