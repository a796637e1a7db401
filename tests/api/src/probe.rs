//! Asks the compiler which auto traits the types have, and the futures that functions return.
//!
//! rustdoc says so only for types that can be named, and there in terms of private fields. So one
//! program is generated and built on both sides. For every public type, and for every function
//! whose result has no name, it asks of each auto trait whether the type has it: once with
//! parameters that have all of them, and once for each parameter and each trait that it lacks.

use std::collections::BTreeSet;
use std::fmt::Write;

use rustdoc_types::{Function, GenericParamDefKind, Generics, Id, Impl, ItemEnum, Type};

use crate::Failure;
use crate::document::Side;
use crate::face::{Face, Meaning, Place};
use crate::report::{Fact, Facts};
use crate::source::{GOOD, STREAM, Source};

/// The parameters that lack something, and what the program says before the questions.
const PRELUDE: &str = include_str!("probe/prelude.rs");

/// Types that are defined in the prelude, and the auto trait that each of them lacks.
const WITNESSES: [(&str, &str); 5] = [
    ("NotSend", "core::marker::Send"),
    ("NotSync", "core::marker::Sync"),
    ("NotUnpin", "core::marker::Unpin"),
    ("NotUnwindSafe", "core::panic::unwind_safe::UnwindSafe"),
    (
        "NotRefUnwindSafe",
        "core::panic::unwind_safe::RefUnwindSafe",
    ),
];

/// The program that asks everything.
pub fn write(real: &Face, vitte: &Face) -> String {
    let mut questions = BTreeSet::new();
    for (key, public) in &real.public {
        let Meaning::Ours(place) = public.meaning else {
            continue;
        };
        let (path, _) = key;
        let main_name = real.name(place).is_some_and(|(name, _)| name == path);
        if public.hidden || !main_name || !vitte.public.contains_key(key) {
            continue;
        }
        ask_about(real, place, path, &mut questions);
    }
    // A function of its own for each question: one that does not compile is easily found then.
    let mut text = PRELUDE.to_owned();
    text += "\nfn main() {\n";
    for number in 0..questions.len() {
        let _ = writeln!(text, "    question_{number}();");
    }
    text += "}\n";
    for (number, question) in questions.iter().enumerate() {
        let _ = writeln!(text, "\nfn question_{number}() {{\n    {question}\n}}");
    }
    text
}

/// Builds the program on one side, runs it, and returns what it says.
pub fn run(side: &Side, program: &str) -> Result<Facts, Failure> {
    side.write("src/main.rs", program)?;
    let output = side
        .cargo()
        .args(["run", "--quiet"])
        .env("RUSTFLAGS", format!("--cap-lints=allow {}", side.cfg()))
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "the probe failed on the {} side:\n{errors}",
            side.name
        ));
    }
    let answers = String::from_utf8_lossy(&output.stdout);
    let facts = answers.lines().filter_map(|line| {
        let (name, text) = line.split_once(" = ")?;
        let fact = Fact {
            text: text.to_owned(),
            hidden: false,
        };
        Some((name.to_owned(), fact))
    });
    Ok(facts.collect())
}

fn ask_about(face: &Face, place: Place, path: &str, questions: &mut BTreeSet<String>) {
    let (generics, impls) = match &face.item(place).inner {
        ItemEnum::Struct(structure) => (&structure.generics, &structure.impls),
        ItemEnum::Enum(enumeration) => (&enumeration.generics, &enumeration.impls),
        ItemEnum::Function(function) => {
            ask_function(
                face,
                place,
                path,
                function,
                &Source::new(face, place),
                questions,
            );
            return;
        }
        ItemEnum::Trait(definition) => {
            let mut source = Source::new(face, place);
            source.substitute("Self", STREAM);
            for &id in &definition.items {
                if let Some((at, name, function)) = function(face, place, id) {
                    let path = format!("<{STREAM} as {path}>::{name}");
                    ask_function(face, at, &path, function, &source, questions);
                }
            }
            return;
        }
        _ => return,
    };
    for arguments in choices(generics, &Source::new(face, place)) {
        let type_ = format!("{path}{}", brackets(&arguments));
        questions.insert(format!("ask_type!({type_:?}, {type_});"));
    }
    for &id in impls {
        let Some(at) = face.beside(place, id) else {
            continue;
        };
        let ItemEnum::Impl(block @ Impl { trait_: None, .. }) = &face.item(at).inner else {
            continue;
        };
        for choice in choices(&block.generics, &Source::new(face, at)) {
            let mut source = Source::new(face, at);
            let parameters = block.generics.params.iter();
            for (parameter, witness) in parameters.zip(&choice) {
                source.substitute(&parameter.name, witness);
            }
            let Some(self_type) = source.type_(&block.for_) else {
                continue;
            };
            source.substitute("Self", &self_type);
            for &id in &block.items {
                ask_item(face, at, id, &self_type, &source, questions);
            }
        }
    }
}

fn ask_item(
    face: &Face,
    at: Place,
    id: Id,
    self_type: &str,
    source: &Source<'_>,
    questions: &mut BTreeSet<String>,
) {
    if let Some((at, name, function)) = function(face, at, id) {
        let path = format!("<{self_type}>::{name}");
        ask_function(face, at, &path, function, source, questions);
        return;
    }
    let Some(item) = face.beside(at, id).map(|place| face.item(place)) else {
        return;
    };
    if let (ItemEnum::AssocConst { .. }, Some(name)) = (&item.inner, &item.name) {
        let path = format!("<{self_type}>::{name}");
        questions.insert(format!("println!(\"value of {path} = {{:?}}\", {path});"));
    }
}

fn function(face: &Face, at: Place, id: Id) -> Option<(Place, &str, &Function)> {
    let at = face.beside(at, id)?;
    let item = face.item(at);
    match &item.inner {
        ItemEnum::Function(function) => Some((at, item.name.as_deref()?, function)),
        _ => None,
    }
}

/// Asks about what a function returns, if that has no name.
fn ask_function(
    face: &Face,
    at: Place,
    path: &str,
    function: &Function,
    source: &Source<'_>,
    questions: &mut BTreeSet<String>,
) {
    let Some(output) = &function.sig.output else {
        if !function.header.is_async {
            return;
        }
        return ask_call(path, function, source, questions);
    };
    if function.header.is_async || is_nameless(face, at, output) {
        ask_call(path, function, source, questions);
    }
}

fn ask_call(
    path: &str,
    function: &Function,
    source: &Source<'_>,
    questions: &mut BTreeSet<String>,
) {
    let mut source = source.clone();
    source.choose(&function.generics);
    let inputs = function
        .sig
        .inputs
        .iter()
        .map(|(_, type_)| source.type_(type_));
    let Some(inputs) = inputs.collect::<Option<Vec<_>>>() else {
        // Fails to compile, so that somebody adds the type that is missing to the tables.
        let complaint = format!("no arguments are known for {path}");
        questions.insert(format!("compile_error!({complaint:?});"));
        return;
    };
    let names: Vec<_> = (0..inputs.len())
        .map(|number| format!("a{number}"))
        .collect();
    let call = format!("{path}({})", names.join(", "));
    let closure = format!("|({}): ({})| {call}", tuple(&names), tuple(&inputs));
    questions.insert(format!("ask_call!({path:?}, {closure});"));
}

/// What is between the brackets of a tuple.
fn tuple(parts: &[String]) -> String {
    parts.iter().map(|part| format!("{part}, ")).collect()
}

/// Whether a type is opaque, or one that the API does not name.
fn is_nameless(face: &Face, at: Place, type_: &Type) -> bool {
    match type_ {
        Type::ImplTrait(_) => true,
        Type::ResolvedPath(path) => match face.resolve(at, path.id) {
            Some(Meaning::Ours(place)) => face.name(place).is_none(),
            Some(Meaning::Foreign(..)) => false,
            None => true,
        },
        _ => false,
    }
}

/// The arguments to try: all good, and each one bad in each way. Lifetimes are static.
fn choices(generics: &Generics, source: &Source<'_>) -> Vec<Vec<String>> {
    let good: Vec<_> = generics
        .params
        .iter()
        .map(|parameter| match parameter.kind {
            GenericParamDefKind::Lifetime { .. } => "'static",
            GenericParamDefKind::Type { .. } => GOOD,
            GenericParamDefKind::Const { .. } => "1",
        })
        .map(str::to_owned)
        .collect();
    let mut choices = vec![good.clone()];
    for (index, parameter) in generics.params.iter().enumerate() {
        if let GenericParamDefKind::Type { .. } = parameter.kind {
            for (witness, lacks) in WITNESSES {
                if source.is_bound(generics, &parameter.name, lacks) {
                    continue;
                }
                let mut choice = good.clone();
                choice[index] = witness.to_owned();
                choices.push(choice);
            }
        }
    }
    choices
}

fn brackets(arguments: &[String]) -> String {
    match arguments {
        [] => String::new(),
        _ => format!("<{}>", arguments.join(", ")),
    }
}
