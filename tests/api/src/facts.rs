//! What there is to say about an API, as names of facts and texts.

use std::collections::BTreeSet;

use rustdoc_types::{
    Attribute, Enum, Function, Generics, Id, Impl, Item, ItemEnum, Struct, StructKind, Trait,
    VariantKind,
};

use crate::face::{Face, Meaning, Place, Public, is_hidden};
use crate::render::Renderer;
use crate::report::{Fact, Facts};

/// Traits whose impls are of no interest here: the probes know better, or nobody can make use of
/// them.
const IGNORED_TRAITS: [&str; 9] = [
    "core::ops::drop::Drop",
    "core::marker::Send",
    "core::marker::Sync",
    "core::marker::Unpin",
    "core::marker::Freeze",
    "core::marker::UnsafeUnpin",
    "core::marker::StructuralPartialEq",
    "core::panic::unwind_safe::UnwindSafe",
    "core::panic::unwind_safe::RefUnwindSafe",
];

/// Everything about a side that rustdoc tells.
pub fn gather(face: &Face) -> Facts {
    let mut gatherer = Gatherer {
        face,
        facts: Facts::new(),
    };
    for ((path, kind), public) in &face.public {
        gatherer.public(path, kind, public);
    }
    for place in face.impls() {
        gatherer.trait_impl(place);
    }
    gatherer.facts
}

struct Gatherer<'a> {
    face: &'a Face,
    facts: Facts,
}

impl Gatherer<'_> {
    /// An item, and each of its attributes that a caller can notice.
    fn item(&mut self, name: String, item: &Item, text: String, hidden: bool) {
        for attribute in attributes(item) {
            self.add(format!("{attribute} {name}"), "yes".to_owned(), hidden);
        }
        self.add(name, text, hidden);
    }

    fn add(&mut self, name: String, text: String, hidden: bool) {
        self.facts.insert(name, Fact { text, hidden });
    }

    fn public(&mut self, path: &str, kind: &str, public: &Public) {
        let name = format!("{kind} {path}");
        let hidden = public.hidden;
        let place = match &public.meaning {
            Meaning::Ours(place) => *place,
            // The attribute macros are of crates of their own on both sides.
            Meaning::Foreign(_, _) if kind == "macro" => {
                return self.add(name, "macro".to_owned(), hidden);
            }
            Meaning::Foreign(definition, _) => {
                return self.add(name, definition.clone(), hidden);
            }
        };
        let main_name = self.face.name(place).map(|(name, _)| name.to_owned());
        if main_name.as_deref() != Some(path) && kind != "mod" {
            let main_name = main_name.unwrap_or_default();
            return self.add(name, format!("the same as {main_name}"), hidden);
        }
        let item = self.face.item(place);
        let text = match &item.inner {
            ItemEnum::Struct(structure) => self.structure(place, path, structure, hidden),
            ItemEnum::Enum(enumeration) => self.enumeration(place, path, enumeration, hidden),
            ItemEnum::Trait(definition) => self.trait_(place, path, definition, hidden),
            ItemEnum::Function(function) => {
                let mut renderer = Renderer::new(self.face, place);
                function_text(&mut renderer, function, &[])
            }
            ItemEnum::TypeAlias(alias) => {
                let mut renderer = Renderer::new(self.face, place);
                let parameters = renderer.declare("S", &alias.generics);
                format!(
                    "type{} = {}",
                    list(&parameters),
                    renderer.type_(&alias.type_)
                )
            }
            ItemEnum::Constant { type_, .. } => {
                format!("const: {}", Renderer::new(self.face, place).type_(type_))
            }
            ItemEnum::Module(_) => "mod".to_owned(),
            ItemEnum::Macro(_) | ItemEnum::ProcMacro(_) => "macro".to_owned(),
            other => format!("{other:?}"),
        };
        self.item(name, item, text, hidden);
    }

    fn structure(&mut self, at: Place, path: &str, structure: &Struct, hidden: bool) -> String {
        let mut renderer = Renderer::new(self.face, at);
        let head = definition("struct", &mut renderer, &structure.generics);
        let body = match &structure.kind {
            StructKind::Unit => ";".to_owned(),
            StructKind::Tuple(fields) => self.tuple(&renderer, at, fields),
            StructKind::Plain {
                fields,
                has_stripped_fields,
            } => self.fields(&renderer, at, fields, *has_stripped_fields),
        };
        self.methods(at, path, &structure.impls, hidden);
        head + &body
    }

    fn enumeration(&mut self, at: Place, path: &str, enumeration: &Enum, hidden: bool) -> String {
        let mut renderer = Renderer::new(self.face, at);
        let head = definition("enum", &mut renderer, &enumeration.generics);
        for &id in &enumeration.variants {
            let Some(place) = self.face.beside(at, id) else {
                continue;
            };
            let item = self.face.item(place);
            let ItemEnum::Variant(variant) = &item.inner else {
                continue;
            };
            let body = match &variant.kind {
                VariantKind::Plain => String::new(),
                VariantKind::Tuple(fields) => self.tuple(&renderer, at, fields),
                VariantKind::Struct {
                    fields,
                    has_stripped_fields,
                } => self.fields(&renderer, at, fields, *has_stripped_fields),
            };
            let name = item.name.as_deref().unwrap_or_default();
            let text = format!("variant{body}");
            let hidden = hidden || is_hidden(item);
            self.item(format!("variant {path}::{name}"), item, text, hidden);
        }
        self.methods(at, path, &enumeration.impls, hidden);
        let more = if enumeration.has_stripped_variants {
            " { .. }"
        } else {
            ""
        };
        head + more
    }

    /// Fields by position; if none is public it does not matter how many there are.
    fn tuple(&self, renderer: &Renderer<'_>, at: Place, fields: &[Option<Id>]) -> String {
        if fields.iter().all(Option::is_none) {
            return " { .. }".to_owned();
        }
        let mut renderer = renderer.clone();
        let fields = fields.iter().map(|field| {
            let place = field.and_then(|id| self.face.beside(at, id));
            match place.map(|place| &self.face.item(place).inner) {
                Some(ItemEnum::StructField(type_)) => renderer.type_(type_),
                _ => "(private)".to_owned(),
            }
        });
        format!("({})", fields.collect::<Vec<_>>().join(", "))
    }

    fn fields(&self, renderer: &Renderer<'_>, at: Place, fields: &[Id], mut more: bool) -> String {
        let mut renderer = renderer.clone();
        let mut parts: Vec<_> = fields
            .iter()
            .filter_map(|&id| {
                let item = self.face.item(self.face.beside(at, id)?);
                let ItemEnum::StructField(type_) = &item.inner else {
                    return None;
                };
                if is_hidden(item) {
                    more = true;
                    return None;
                }
                Some(format!(
                    "{}: {}",
                    item.name.as_deref()?,
                    renderer.type_(type_)
                ))
            })
            .collect();
        if more {
            parts.push("..".to_owned());
        }
        format!(" {{ {} }}", parts.join(", "))
    }

    /// The inherent items of a type.
    fn methods(&mut self, at: Place, path: &str, impls: &[Id], hidden: bool) {
        for &id in impls {
            let Some(place) = self.face.beside(at, id) else {
                continue;
            };
            let ItemEnum::Impl(block @ Impl { trait_: None, .. }) = &self.face.item(place).inner
            else {
                continue;
            };
            let mut renderer = Renderer::new(self.face, place);
            let (_, for_) = renderer.declare_impl(&block.generics, None, &block.for_);
            for &id in &block.items {
                let Some(place) = self.face.beside(at, id) else {
                    continue;
                };
                let item = self.face.item(place);
                let name = item.name.as_deref().unwrap_or_default();
                let hidden = hidden || is_hidden(item);
                let mut renderer = renderer.clone();
                let (kind, text) = match &item.inner {
                    ItemEnum::Function(function) => {
                        let text = function_text(&mut renderer, function, &[&block.generics]);
                        ("method", format!("in {for_}: {text}"))
                    }
                    ItemEnum::AssocConst { type_, .. } => {
                        ("const", format!("in {for_}: {}", renderer.type_(type_)))
                    }
                    _ => continue,
                };
                self.item(format!("{kind} {path}::{name}"), item, text, hidden);
            }
        }
    }

    fn trait_(&mut self, at: Place, path: &str, definition: &Trait, hidden: bool) -> String {
        let mut renderer = Renderer::new(self.face, at);
        let parameters = renderer.declare("S", &definition.generics);
        for &id in &definition.items {
            let Some(place) = self.face.beside(at, id) else {
                continue;
            };
            let item = self.face.item(place);
            let mut renderer = renderer.clone();
            let (kind, text) = match &item.inner {
                ItemEnum::Function(function) => {
                    let provided = if function.has_body {
                        "provided "
                    } else {
                        "required "
                    };
                    let text = function_text(&mut renderer, function, &[]);
                    ("method", provided.to_owned() + &text)
                }
                ItemEnum::AssocType { bounds, .. } => ("type", renderer.bounds(bounds)),
                ItemEnum::AssocConst { type_, .. } => ("const", renderer.type_(type_)),
                _ => continue,
            };
            let name = item.name.as_deref().unwrap_or_default();
            let hidden = hidden || is_hidden(item);
            self.item(format!("{kind} {path}::{name}"), item, text, hidden);
        }
        let safety = if definition.is_unsafe { "unsafe " } else { "" };
        let object = if definition.is_dyn_compatible {
            ""
        } else {
            ", no objects"
        };
        let mut predicates = BTreeSet::new();
        renderer.predicates(&definition.generics, &mut predicates);
        let bounds = renderer.bounds(&definition.bounds);
        let parameters = list(&parameters);
        format!(
            "{safety}trait{parameters}: {bounds}{}{object}",
            where_(&predicates)
        )
    }

    /// An impl of a trait that both sides' users can see.
    fn trait_impl(&mut self, at: Place) {
        let ItemEnum::Impl(block) = &self.face.item(at).inner else {
            return;
        };
        if block.is_synthetic || block.blanket_impl.is_some() || block.trait_.is_none() {
            return;
        }
        let mut renderer = Renderer::new(self.face, at);
        let (Some(trait_), for_) =
            renderer.declare_impl(&block.generics, block.trait_.as_ref(), &block.for_)
        else {
            return;
        };
        let ignored = IGNORED_TRAITS.contains(&trait_.as_str());
        if ignored || !renderer.mentions_ours || renderer.mentions_private {
            return;
        }
        let hidden = renderer.mentions_hidden;
        let mut predicates = BTreeSet::new();
        renderer.predicates(&block.generics, &mut predicates);
        let mut text = format!(
            "{}{}impl{}",
            if block.is_unsafe { "unsafe " } else { "" },
            if block.is_negative { "negative " } else { "" },
            where_(&predicates)
        );
        for &id in &block.items {
            let Some(place) = self.face.beside(at, id) else {
                continue;
            };
            let item = self.face.item(place);
            if let ItemEnum::AssocType {
                type_: Some(type_), ..
            } = &item.inner
            {
                let name = item.name.as_deref().unwrap_or_default();
                text += &format!("; {name} = {}", renderer.type_(type_));
            }
        }
        self.add(format!("impl {trait_} for {for_}"), text, hidden);
    }
}

/// A function's parameters, signature and bounds; those of the impl around it count as its own.
fn function_text(renderer: &mut Renderer<'_>, function: &Function, outer: &[&Generics]) -> String {
    let signature = {
        // Lifetimes are numbered as the signature mentions them, not as they are declared.
        let types = Generics {
            params: function
                .generics
                .params
                .iter()
                .filter(|parameter| !parameter.name.starts_with('\''))
                .cloned()
                .collect(),
            where_predicates: Vec::new(),
        };
        let parameters = renderer.declare("T", &types);
        let signature = renderer.signature(&function.header, &function.sig);
        signature.replacen("fn(", &format!("fn{}(", list(&parameters)), 1)
    };
    let mut predicates = BTreeSet::new();
    for generics in outer {
        renderer.predicates(generics, &mut predicates);
    }
    renderer.predicates(&function.generics, &mut predicates);
    signature + &where_(&predicates)
}

fn definition(kind: &str, renderer: &mut Renderer<'_>, generics: &Generics) -> String {
    let parameters = renderer.declare("S", generics);
    let mut predicates = BTreeSet::new();
    renderer.predicates(generics, &mut predicates);
    format!("{kind}{}{}", list(&parameters), where_(&predicates))
}

fn list(parameters: &[String]) -> String {
    match parameters {
        [] => String::new(),
        _ => format!("<{}>", parameters.join(", ")),
    }
}

fn where_(predicates: &BTreeSet<String>) -> String {
    match predicates.is_empty() {
        true => String::new(),
        false => {
            let predicates: Vec<_> = predicates.iter().map(String::as_str).collect();
            format!(" where {}", predicates.join(", "))
        }
    }
}

/// The attributes that a caller can notice. The words of a warning are each side's own.
fn attributes(item: &Item) -> Vec<&'static str> {
    let of = |attribute: &Attribute| match attribute {
        Attribute::NonExhaustive => Some("#[non_exhaustive]"),
        Attribute::MustUse { .. } => Some("#[must_use]"),
        Attribute::Other(text) if text.contains("TrackCaller") => Some("#[track_caller]"),
        _ => None,
    };
    let deprecated = item.deprecation.is_some().then_some("#[deprecated]");
    item.attrs.iter().filter_map(of).chain(deprecated).collect()
}
