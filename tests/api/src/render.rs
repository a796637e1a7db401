//! Types, bounds and signatures as text that does not depend on how they were written.
//!
//! Parameters and lifetimes go by numbers, items by their shortest public path, bounds are sorted
//! and all behind `where`, and what a type alias of the standard library stands for is written
//! out. Names of arguments are left out.

mod generics;

use std::collections::{BTreeSet, HashMap};

use rustdoc_types::{
    AssocItemConstraintKind, GenericArg, GenericArgs, GenericBound, GenericParamDef, Path,
    PolyTrait, PreciseCapturingArg, Term, TraitBoundModifier, Type,
};

use crate::face::{Face, Meaning, Place};
use crate::lifetimes::Lifetimes;

/// Renders what one item mentions.
#[derive(Clone)]
pub struct Renderer<'a> {
    face: &'a Face,
    /// Where the ids are from.
    place: Place,
    /// What `Self` stands for, if that is not itself a name.
    self_type: Option<String>,
    parameters: HashMap<String, String>,
    lifetimes: Lifetimes,
    in_output: bool,
    /// Something was mentioned that is public on this side.
    pub mentions_ours: bool,
    /// Something was mentioned that is of this side and not public.
    pub mentions_private: bool,
    /// Something was mentioned that the documentation leaves out.
    pub mentions_hidden: bool,
}

impl<'a> Renderer<'a> {
    /// A renderer for the item at `place`.
    pub fn new(face: &'a Face, place: Place) -> Self {
        Renderer {
            face,
            place,
            self_type: None,
            parameters: HashMap::new(),
            lifetimes: Lifetimes::default(),
            in_output: false,
            mentions_ours: false,
            mentions_private: false,
            mentions_hidden: false,
        }
    }

    /// Bounds, sorted.
    pub fn bounds(&mut self, bounds: &[GenericBound]) -> String {
        // Nothing captured is what older editions mean when they say nothing.
        let silent = |bound: &&GenericBound| match bound {
            GenericBound::Use(captured) => captured.is_empty(),
            _ => false,
        };
        let rendered: BTreeSet<_> = bounds
            .iter()
            .filter(|bound| !silent(bound))
            .map(|bound| self.bound(bound))
            .collect();
        rendered.into_iter().collect::<Vec<_>>().join(" + ")
    }

    fn bound(&mut self, bound: &GenericBound) -> String {
        match bound {
            GenericBound::TraitBound {
                trait_,
                generic_params,
                modifier,
            } => {
                let modifier = match modifier {
                    TraitBoundModifier::None => "",
                    TraitBoundModifier::Maybe => "?",
                    TraitBoundModifier::MaybeConst => "const ",
                };
                let over = self.binder(generic_params);
                format!("{modifier}{over}{}", self.path(trait_))
            }
            GenericBound::Outlives(lifetime) => self.lifetimes.number(Some(lifetime)),
            GenericBound::Use(captured) => {
                let captured: BTreeSet<_> = captured
                    .iter()
                    .map(|argument| match argument {
                        PreciseCapturingArg::Lifetime(name) => self.lifetimes.number(Some(name)),
                        PreciseCapturingArg::Param(name) => self.named(name),
                    })
                    .collect();
                format!(
                    "use<{}>",
                    captured.into_iter().collect::<Vec<_>>().join(", ")
                )
            }
        }
    }

    fn binder(&mut self, parameters: &[GenericParamDef]) -> String {
        let names: Vec<_> = parameters
            .iter()
            .map(|parameter| self.lifetimes.number(Some(&parameter.name)))
            .collect();
        match names.is_empty() {
            true => String::new(),
            false => format!("for<{}> ", names.join(", ")),
        }
    }

    fn named(&self, parameter: &str) -> String {
        self.parameters
            .get(parameter)
            .cloned()
            .unwrap_or_else(|| parameter.to_owned())
    }

    /// A type.
    pub fn type_(&mut self, type_: &Type) -> String {
        match type_ {
            Type::ResolvedPath(path) => self.path(path),
            Type::DynTrait(object) => {
                let mut parts: BTreeSet<_> = object
                    .traits
                    .iter()
                    .map(|part| self.poly_trait(part))
                    .collect();
                if let Some(lifetime) = &object.lifetime {
                    parts.insert(self.lifetimes.number(Some(lifetime)));
                }
                format!(
                    "(dyn {})",
                    parts.into_iter().collect::<Vec<_>>().join(" + ")
                )
            }
            Type::Generic(name) if name == "Self" => {
                self.self_type.clone().unwrap_or_else(|| "Self".to_owned())
            }
            Type::Generic(name) => self.named(name),
            Type::Primitive(name) => match name.as_str() {
                "never" => "!".to_owned(),
                _ => name.clone(),
            },
            Type::FunctionPointer(pointer) => {
                let over = self.binder(&pointer.generic_params);
                let inputs: Vec<_> = pointer
                    .sig
                    .inputs
                    .iter()
                    .map(|(_, input)| self.type_(input))
                    .collect();
                let output = match &pointer.sig.output {
                    Some(output) => format!(" -> {}", self.type_(output)),
                    None => String::new(),
                };
                let safety = if pointer.header.is_unsafe {
                    "unsafe "
                } else {
                    ""
                };
                format!("{over}{safety}fn({}){output}", inputs.join(", "))
            }
            Type::Tuple(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.type_(part)).collect();
                format!("({})", parts.join(", "))
            }
            Type::Slice(element) => format!("[{}]", self.type_(element)),
            Type::Array { type_, len } => {
                format!("[{}; {}]", self.type_(type_), self.named(len))
            }
            Type::Pat { type_, .. } => self.type_(type_),
            Type::ImplTrait(bounds) => {
                let says = bounds
                    .iter()
                    .any(|bound| matches!(bound, GenericBound::Use(_)));
                let captures = match self.in_output && self.face.captures_all && !says {
                    true => " + use<..>",
                    false => "",
                };
                format!("(impl {}{captures})", self.bounds(bounds))
            }
            Type::Infer => "_".to_owned(),
            Type::RawPointer { is_mutable, type_ } => {
                let kind = if *is_mutable { "mut" } else { "const" };
                format!("*{kind} {}", self.type_(type_))
            }
            Type::BorrowedRef {
                lifetime,
                is_mutable,
                type_,
            } => {
                let lifetime = self.lifetimes.number(lifetime.as_deref());
                let kind = if *is_mutable { "mut " } else { "" };
                format!("&{lifetime} {kind}{}", self.type_(type_))
            }
            Type::QualifiedPath {
                name,
                args,
                self_type,
                trait_,
            } => {
                let args = self.args(args.as_deref());
                let of = self.type_(self_type);
                match trait_ {
                    Some(path) if !path.path.is_empty() => {
                        format!("<{of} as {}>::{name}{args}", self.path(path))
                    }
                    _ => format!("{of}::{name}{args}"),
                }
            }
        }
    }

    /// A type that cannot be named: how it is built up does not matter.
    fn private(&mut self) -> String {
        self.mentions_private = true;
        "(private)".to_owned()
    }

    fn poly_trait(&mut self, part: &PolyTrait) -> String {
        let over = self.binder(&part.generic_params);
        format!("{over}{}", self.path(&part.trait_))
    }

    fn path(&mut self, path: &Path) -> String {
        let name = match self.face.resolve(self.place, path.id) {
            Some(Meaning::Ours(place)) => match self.face.name(place) {
                Some((name, hidden)) => {
                    self.mentions_ours = true;
                    self.mentions_hidden |= hidden;
                    name.to_owned()
                }
                None => return self.private(),
            },
            Some(Meaning::Foreign(path, _)) => path,
            None => return self.private(),
        };
        match (name.as_str(), path.args.as_deref()) {
            ("std::io::error::Result" | "core::io::error::Result", Some(args)) => {
                let of = self.parts(args).join(", ");
                format!("core::result::Result<{of}, std::io::error::Error>")
            }
            ("core::fmt::Result", _) => "core::result::Result<(), core::fmt::Error>".to_owned(),
            (_, args) => format!("{name}{}", self.args(args)),
        }
    }

    fn args(&mut self, args: Option<&GenericArgs>) -> String {
        match args {
            None => String::new(),
            Some(args @ GenericArgs::AngleBracketed { .. }) => {
                let parts = self.parts(args);
                match parts.is_empty() {
                    true => String::new(),
                    false => format!("<{}>", parts.join(", ")),
                }
            }
            Some(GenericArgs::Parenthesized { inputs, output }) => {
                let inputs: Vec<_> = inputs.iter().map(|input| self.type_(input)).collect();
                let output = match output {
                    Some(output) => format!(" -> {}", self.type_(output)),
                    None => String::new(),
                };
                format!("({}){output}", inputs.join(", "))
            }
            Some(GenericArgs::ReturnTypeNotation) => "(..)".to_owned(),
        }
    }

    /// What stands in angle brackets.
    fn parts(&mut self, args: &GenericArgs) -> Vec<String> {
        let GenericArgs::AngleBracketed { args, constraints } = args else {
            return Vec::new();
        };
        let mut parts: Vec<_> = args
            .iter()
            .map(|argument| match argument {
                GenericArg::Lifetime(name) => self.lifetimes.number(Some(name)),
                GenericArg::Type(type_) => self.type_(type_),
                GenericArg::Const(constant) => self.named(&constant.expr),
                GenericArg::Infer => "_".to_owned(),
            })
            .collect();
        for constraint in constraints {
            let name = &constraint.name;
            let args = self.args(constraint.args.as_deref());
            parts.push(match &constraint.binding {
                AssocItemConstraintKind::Equality(term) => {
                    format!("{name}{args} = {}", self.term(term))
                }
                AssocItemConstraintKind::Constraint(bounds) => {
                    format!("{name}{args}: {}", self.bounds(bounds))
                }
            });
        }
        parts
    }

    fn term(&mut self, term: &Term) -> String {
        match term {
            Term::Type(type_) => self.type_(type_),
            Term::Constant(constant) => self.named(&constant.expr),
        }
    }
}
