//! Where `${name}` stands in a text.

use core::iter;

use crate::Problem;

/// A part of a text: as it is, or the name of what comes in its place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Piece<'t> {
    Literal(&'t str),
    Name(&'t str),
}

/// The parts of a text, in order; none is an empty literal.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = Result<Piece<'_>, Problem>> {
    let mut rest = text;
    iter::from_fn(move || {
        if let Some(named) = rest.strip_prefix("${") {
            let Some((name, after)) = named.split_once('}') else {
                rest = "";
                return Some(Err(Problem::UnclosedVariable));
            };
            rest = after;
            return Some(Ok(Piece::Name(name)));
        }
        let (literal, after) = rest.split_at(rest.find("${").unwrap_or(rest.len()));
        rest = after;
        (!literal.is_empty()).then_some(Ok(Piece::Literal(literal)))
    })
}
