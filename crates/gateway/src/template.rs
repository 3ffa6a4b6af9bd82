use core::fmt;

use crate::Problem;
use crate::placeholders::{Piece, pieces};

/// A text in which `${name}` stands for a variable's value.
///
/// [`EndpointBuilder::build`](crate::EndpointBuilder::build) puts the values in.
#[derive(Clone, Debug)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Literal(String),
    Variable(String),
}

impl Template {
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let parts = pieces(text).map(|piece| {
            Ok(match piece? {
                Piece::Literal(literal) => Part::Literal(literal.to_owned()),
                Piece::Name(name) => Part::Variable(name.to_owned()),
            })
        });
        Ok(Self {
            text: text.to_owned(),
            parts: parts.collect::<Result<_, Problem>>()?,
        })
    }

    /// The text as it is in the file.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The names of the variables, in their order, once for each use.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Variable(name) => Some(name.as_str()),
        })
    }

    /// Whether the text begins with a variable, so that nothing of the result is known.
    pub(crate) fn begins_with_variable(&self) -> bool {
        matches!(self.parts.first(), Some(Part::Variable(_)))
    }

    /// As [`Template::expand`], with `first` for a variable at the beginning: it is told the text
    /// that follows, if that is no variable.
    pub(crate) fn expand_first<'v, E>(
        &self,
        first: impl Fn(&str, Option<&str>) -> Result<&'v str, E>,
        value_of: impl Fn(&str) -> Result<&'v str, E>,
    ) -> Result<String, E> {
        let Some((Part::Variable(name), others)) = self.parts.split_first() else {
            return self.expand(value_of);
        };
        let behind = others.first().map(|part| match part {
            Part::Literal(literal) => literal.as_str(),
            Part::Variable(_) => "",
        });
        let mut text = first(name, behind)?.to_owned();
        let rest = Self {
            text: String::new(),
            parts: others.to_vec(),
        };
        text.push_str(&rest.expand(value_of)?);
        Ok(text)
    }

    /// Puts in the values that `value_of` has for the variables.
    pub(crate) fn expand<'v, E>(
        &self,
        value_of: impl Fn(&str) -> Result<&'v str, E>,
    ) -> Result<String, E> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Variable(name) => text.push_str(value_of(name)?),
            }
        }
        Ok(text)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
