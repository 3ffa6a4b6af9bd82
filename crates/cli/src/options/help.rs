//! The help of an option, from its row.

use tokenring::KeyIdScheme;
use tokenring_gateway::Gateway;
use tokenring_jwk::{Algorithm, KeySpec};

use super::names;
use super::value::either;
use crate::key_format::Target;
use crate::setting::variable;
use crate::shape::Shape;

pub(super) const API: &str = "API request";
pub(super) const ASSERTION: &str = "Assertion";
pub(super) const CACHE: &str = "Token cache";
pub(super) const CONNECTION: &str = "Connection";
pub(crate) const KEY: &str = "Private key";
pub(super) const OUTPUT: &str = "Output and configuration";
pub(super) const WHO: &str = "Who and where";

/// The help with the variable that stands for the option.
pub(crate) fn of_option(name: &str, help: &str) -> String {
    format!("{} [env: {}]", filled(help.trim_start()), variable(name))
}

/// Fills in a list of names, such as `{algorithms}`.
fn filled(help: &str) -> String {
    let (before, list, after) = match help.split_once('{') {
        None => return help.to_owned(),
        Some((before, rest)) => match rest.split_once('}') {
            None => return help.to_owned(),
            Some((list, after)) => (before, list, after),
        },
    };
    let names: Vec<_> = match list {
        "algorithms" => Algorithm::ALL.iter().map(|it| it.name()).collect(),
        "gateways" => Gateway::names().collect(),
        "kid-schemes" => KeyIdScheme::names().collect(),
        "key-types" => return format!("{before}{}{after}", either(&names::<KeySpec>())),
        "key-formats" => names::<Target>(),
        "token-formats" => names::<Shape>(),
        _ => Vec::new(),
    };
    format!("{before}{}{after}", names.join(", "))
}
