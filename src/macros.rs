//! The macros that are not attributes, and what all macros expand to.

#[cfg(feature = "macros")]
pub mod attributes;
#[cfg(feature = "macros")]
mod join;
mod pin;
#[cfg(feature = "macros")]
mod select;
#[cfg(feature = "macros")]
mod try_join;

pub mod support;
