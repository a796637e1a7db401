//! The function under the attribute, with its body left unparsed.
//!
//! The macros need the signature, and of the body only the spans of the last statement. So the body
//! stays a list of token streams, split at the top-level semicolons. Parsing it in full would cost
//! compile time, and turn a typo in the body into an error about the macro.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{AttrStyle, Attribute, Signature, Token, Visibility, braced};

/// An `async fn` as the user wrote it.
pub struct Function {
    /// The attributes, inner ones turned into outer ones: the body moves into an `async` block,
    /// where inner attributes are not allowed.
    pub attributes: Vec<Attribute>,
    /// Its visibility.
    pub visibility: Visibility,
    /// Its signature.
    pub signature: Signature,
    brace: syn::token::Brace,
    statements: Vec<TokenStream>,
}

impl Function {
    /// Where the last statement begins and ends: the places that rustc's messages about the
    /// return type should point at.
    ///
    /// On stable Rust the spans of several tokens cannot be joined, hence the two ends.
    pub fn last_statement(&self) -> (Span, Span) {
        let mut tokens = self
            .statements
            .last()
            .cloned()
            .unwrap_or_default()
            .into_iter();
        let first = tokens
            .next()
            .map_or_else(Span::call_site, |token| token.span());
        let last = tokens.last().map_or(first, |token| token.span());
        (first, last)
    }

    /// The body with its braces.
    pub fn body(&self) -> TokenStream {
        let mut body = TokenStream::new();
        self.brace.surround(&mut body, |body| {
            body.extend(self.statements.iter().cloned());
        });
        body
    }

    /// The item again, with `marker` as its last attribute and `body` between its braces.
    ///
    /// The marker comes last so that attribute macros which the user wrote below ours see it.
    pub fn with_body(&self, marker: TokenStream, body: TokenStream) -> TokenStream {
        let mut item = TokenStream::new();
        for attribute in &self.attributes {
            attribute.to_tokens(&mut item);
        }
        item.extend(marker);
        self.visibility.to_tokens(&mut item);
        self.signature.to_tokens(&mut item);
        self.brace.surround(&mut item, |item| item.extend(body));
        item
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let signature = input.parse()?;
        let content;
        let brace = braced!(content in input);
        let inner = Attribute::parse_inner(&content)?;
        attributes.extend(inner.into_iter().map(|attribute| Attribute {
            style: AttrStyle::Outer,
            ..attribute
        }));
        Ok(Function {
            attributes,
            visibility,
            signature,
            brace,
            statements: split_statements(&content)?,
        })
    }
}

/// Splits the tokens of a body after each semicolon.
fn split_statements(content: ParseStream<'_>) -> syn::Result<Vec<TokenStream>> {
    let mut statements = Vec::new();
    let mut statement = TokenStream::new();
    while !content.is_empty() {
        if let Some(semicolon) = content.parse::<Option<Token![;]>>()? {
            semicolon.to_tokens(&mut statement);
            statements.push(std::mem::take(&mut statement));
        } else {
            statement.extend([content.parse::<TokenTree>()?]);
        }
    }
    if !statement.is_empty() {
        statements.push(statement);
    }
    Ok(statements)
}
