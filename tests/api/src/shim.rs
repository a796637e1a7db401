//! Checks that the drop-in is re-exports: modules and `use`, and the one marker.

use std::fs;

use syn::Item;

use crate::{Failure, document};

/// The one item of its own that the drop-in may have: it tells a program that it runs on vitte.
const MARKER: &str = "__VITTE";

/// Returns whether there is nothing else; says what there is.
pub fn check() -> Result<bool, Failure> {
    let sources = document::repository().join("compat/tokio/src");
    let mut clean = true;
    let mut directories = vec![sources];
    while let Some(directory) = directories.pop() {
        let unreadable = |error| format!("{}: {error}", directory.display());
        for entry in fs::read_dir(&directory).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).map_err(unreadable)?;
            let file =
                syn::parse_file(&text).map_err(|error| format!("{}: {error}", path.display()))?;
            for item in own_items(&file.items) {
                println!("{}: {item} is no re-export", path.display());
                clean = false;
            }
        }
    }
    Ok(clean)
}

/// What in `items` is neither a re-export nor the marker, in words.
fn own_items(items: &[Item]) -> Vec<String> {
    items
        .iter()
        .flat_map(|item| match item {
            Item::Use(_) => Vec::new(),
            Item::Mod(module) => own_items(module.content.as_ref().map_or(&[], |(_, items)| items)),
            Item::Const(constant) if constant.ident == MARKER => Vec::new(),
            Item::Const(constant) => vec![format!("the constant {}", constant.ident)],
            Item::Fn(function) => vec![format!("the function {}", function.sig.ident)],
            Item::Struct(structure) => vec![format!("the struct {}", structure.ident)],
            Item::Enum(enumeration) => vec![format!("the enum {}", enumeration.ident)],
            Item::Trait(definition) => vec![format!("the trait {}", definition.ident)],
            Item::Impl(_) => vec!["an impl".to_owned()],
            Item::Macro(_) => vec!["a macro".to_owned()],
            _ => vec!["something".to_owned()],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::own_items;

    #[test]
    fn only_uses_modules_and_the_marker_pass() {
        let file = syn::parse_file(
            "pub use vitte::io; pub const __VITTE: &str = \"\"; pub mod a { pub use b::*; }
             mod c; mod d { fn e() {} } struct F; impl F {} macro_rules! g { () => {} }
             pub const H: u8 = 0;",
        )
        .unwrap();
        let found = own_items(&file.items);
        let expected = [
            "the function e",
            "the struct F",
            "an impl",
            "a macro",
            "the constant H",
        ];
        assert_eq!(found, expected);
    }
}
