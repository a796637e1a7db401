//! Parameters, what they must satisfy, and signatures.

use std::collections::BTreeSet;

use rustdoc_types::{
    FunctionHeader, FunctionSignature, GenericArg, GenericArgs, GenericParamDefKind, Generics,
    Path, Type, WherePredicate,
};

use super::Renderer;

impl Renderer<'_> {
    /// Gives the parameters of an item their numbers, in order.
    pub fn declare(&mut self, prefix: &str, generics: &Generics) -> Vec<String> {
        let mut declared = Vec::new();
        for parameter in &generics.params {
            match &parameter.kind {
                GenericParamDefKind::Lifetime { .. } => {
                    declared.push(self.lifetimes.number(Some(&parameter.name)));
                }
                GenericParamDefKind::Type {
                    is_synthetic: true, ..
                } => {}
                GenericParamDefKind::Type { default, .. } => {
                    let mut text = self.parameter(prefix, &parameter.name);
                    if let Some(default) = default {
                        text += &format!(" = {}", self.type_(default));
                    }
                    declared.push(text);
                }
                GenericParamDefKind::Const { type_, default } => {
                    let mut text = self.parameter(prefix, &parameter.name);
                    text = format!("const {text}: {}", self.type_(type_));
                    if let Some(default) = default {
                        text += &format!(" = {default}");
                    }
                    declared.push(text);
                }
            }
        }
        declared
    }

    /// Gives the parameters of an impl their numbers as they turn up in `for_`, which is then
    /// what `Self` means. Returns it.
    pub fn declare_impl(
        &mut self,
        generics: &Generics,
        trait_: Option<&Path>,
        for_: &Type,
    ) -> (Option<String>, String) {
        let declared: Vec<_> = generics
            .params
            .iter()
            .map(|parameter| &parameter.name)
            .collect();
        let mut number = |name: &str| {
            if declared.iter().any(|known| *known == name) {
                self.parameter("S", name);
            }
        };
        visit(for_, &mut number);
        if let Some(path) = trait_ {
            visit_path(path, &mut number);
        }
        for parameter in &generics.params {
            if !matches!(parameter.kind, GenericParamDefKind::Lifetime { .. }) {
                self.parameter("S", &parameter.name);
            }
        }
        let for_ = self.type_(for_);
        self.self_type = Some(for_.clone());
        (trait_.map(|path| self.path(path)), for_)
    }

    fn parameter(&mut self, prefix: &str, name: &str) -> String {
        if let Some(known) = self.parameters.get(name) {
            return known.clone();
        }
        let of_prefix = self
            .parameters
            .values()
            .filter(|known| known.starts_with(prefix))
            .count();
        let numbered = format!("{prefix}{of_prefix}");
        self.parameters.insert(name.to_owned(), numbered.clone());
        numbered
    }

    /// A signature, without what is behind `where`.
    pub fn signature(&mut self, header: &FunctionHeader, sig: &FunctionSignature) -> String {
        let mut text = String::new();
        for (on, word) in [
            (header.is_const, "const "),
            (header.is_async, "async "),
            (header.is_unsafe, "unsafe "),
        ] {
            if on {
                text += word;
            }
        }
        self.lifetimes.start_inputs();
        let inputs: Vec<_> = sig
            .inputs
            .iter()
            .map(|(name, type_)| {
                let rendered = self.type_(type_);
                if name == "self" {
                    self.lifetimes.was_self();
                    return format!("self: {rendered}");
                }
                rendered
            })
            .collect();
        self.lifetimes.end_inputs();
        text += &format!("fn({})", inputs.join(", "));
        // What is inside of the future of an async function is captured in every edition.
        self.in_output = !header.is_async;
        if let Some(output) = &sig.output {
            text += &format!(" -> {}", self.type_(output));
        }
        self.in_output = false;
        self.lifetimes.end_output();
        text
    }

    /// What the parameters must satisfy, sorted.
    pub fn predicates(&mut self, generics: &Generics, into: &mut BTreeSet<String>) {
        for parameter in &generics.params {
            match &parameter.kind {
                GenericParamDefKind::Lifetime { outlives } => {
                    let lifetime = self.lifetimes.number(Some(&parameter.name));
                    for other in outlives {
                        let other = self.lifetimes.number(Some(other));
                        into.insert(format!("{lifetime}: {other}"));
                    }
                }
                GenericParamDefKind::Type {
                    is_synthetic: true, ..
                } => {}
                GenericParamDefKind::Type { bounds, .. } => {
                    let name = self.named(&parameter.name);
                    for bound in bounds {
                        into.insert(format!("{name}: {}", self.bound(bound)));
                    }
                }
                GenericParamDefKind::Const { .. } => {}
            }
        }
        for predicate in &generics.where_predicates {
            match predicate {
                WherePredicate::BoundPredicate {
                    type_,
                    bounds,
                    generic_params,
                } => {
                    let over = self.binder(generic_params);
                    let type_ = self.type_(type_);
                    for bound in bounds {
                        into.insert(format!("{over}{type_}: {}", self.bound(bound)));
                    }
                }
                WherePredicate::LifetimePredicate { lifetime, outlives } => {
                    let lifetime = self.lifetimes.number(Some(lifetime));
                    for other in outlives {
                        let other = self.lifetimes.number(Some(other));
                        into.insert(format!("{lifetime}: {other}"));
                    }
                }
                WherePredicate::EqPredicate { lhs, rhs } => {
                    let lhs = self.type_(lhs);
                    into.insert(format!("{lhs} = {}", self.term(rhs)));
                }
            }
        }
    }
}

/// Calls `seen` with the name of each parameter in a type, from left to right.
fn visit(type_: &Type, seen: &mut dyn FnMut(&str)) {
    match type_ {
        Type::Generic(name) => seen(name),
        Type::ResolvedPath(path) => visit_path(path, seen),
        Type::Tuple(parts) => parts.iter().for_each(|part| visit(part, seen)),
        Type::Slice(inner)
        | Type::Array { type_: inner, .. }
        | Type::RawPointer { type_: inner, .. }
        | Type::BorrowedRef { type_: inner, .. } => visit(inner, seen),
        Type::QualifiedPath { self_type, .. } => visit(self_type, seen),
        _ => {}
    }
}

fn visit_path(path: &Path, seen: &mut dyn FnMut(&str)) {
    if let Some(GenericArgs::AngleBracketed { args, .. }) = path.args.as_deref() {
        for argument in args {
            match argument {
                GenericArg::Type(type_) => visit(type_, seen),
                GenericArg::Const(constant) => seen(&constant.expr),
                _ => {}
            }
        }
    }
}
