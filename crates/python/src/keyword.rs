//! The keywords of a client: those of the builder of the library, by the names of its methods.

use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tokenring::{ClientBuilder, Event, Importance, Parameter, Purpose};

use crate::callable_signer::{self, SignerFunction};
use crate::{failure, hint, values};

/// What a keyword's value is.
#[derive(Clone, Copy)]
enum Kind {
    /// A text, and the parameter that it sets.
    Text(Parameter),
    /// A path.
    Path(Parameter),
    /// Whole seconds.
    Seconds(Parameter),
    /// True or False.
    Switch(Parameter),
    /// A dict.
    Pairs(Parameter),
    /// Whatever its own function takes.
    Special(Special),
}

#[derive(Clone, Copy)]
enum Special {
    CaCert,
    Key,
    Lint,
    OnEvent,
    Passphrase,
    Proxy,
    PublicKey,
    Purpose,
    Retry,
    Scope,
    SecretClientId,
}

const KEYWORDS: &[(&str, Kind)] = &[
    ("algorithm", Kind::Text(Parameter::Algorithm)),
    ("assertion_issuer", Kind::Text(Parameter::AssertionIssuer)),
    ("audience", Kind::Text(Parameter::Audience)),
    ("ca_cert", Kind::Special(Special::CaCert)),
    ("ca_store", Kind::Text(Parameter::CaStore)),
    ("cache_dir", Kind::Path(Parameter::CacheDirectory)),
    ("certificate", Kind::Path(Parameter::Certificate)),
    ("claim", Kind::Pairs(Parameter::Claim)),
    ("client_id", Kind::Text(Parameter::ClientId)),
    ("clock_skew", Kind::Text(Parameter::ClockSkew)),
    ("dpop", Kind::Text(Parameter::Dpop)),
    ("dpop_key", Kind::Text(Parameter::DpopKey)),
    ("environment", Kind::Text(Parameter::Environment)),
    ("flow", Kind::Text(Parameter::Flow)),
    ("force_refresh", Kind::Switch(Parameter::ForceRefresh)),
    ("header", Kind::Pairs(Parameter::Header)),
    ("issuer", Kind::Text(Parameter::Issuer)),
    ("key", Kind::Special(Special::Key)),
    ("key_id", Kind::Text(Parameter::KeyId)),
    ("key_id_scheme", Kind::Text(Parameter::KeyIdScheme)),
    ("lifetime", Kind::Seconds(Parameter::Lifetime)),
    ("lint", Kind::Special(Special::Lint)),
    ("min_ttl", Kind::Seconds(Parameter::MinimumLifetime)),
    ("no_store", Kind::Switch(Parameter::NoCache)),
    ("on_event", Kind::Special(Special::OnEvent)),
    ("parameter", Kind::Pairs(Parameter::FormParameter)),
    ("passphrase", Kind::Special(Special::Passphrase)),
    ("proxy", Kind::Special(Special::Proxy)),
    ("public_key", Kind::Special(Special::PublicKey)),
    ("purpose", Kind::Special(Special::Purpose)),
    ("retry", Kind::Special(Special::Retry)),
    ("scope", Kind::Special(Special::Scope)),
    ("secret_client_id", Kind::Special(Special::SecretClientId)),
    ("send_client_id", Kind::Switch(Parameter::SendClientId)),
    ("signer_command", Kind::Text(Parameter::SignerCommand)),
    ("signer_timeout", Kind::Seconds(Parameter::SignerTimeout)),
    ("subject", Kind::Text(Parameter::Subject)),
    ("timeout", Kind::Seconds(Parameter::Timeout)),
    ("token_url", Kind::Text(Parameter::TokenUrl)),
    ("typ", Kind::Text(Parameter::Typ)),
    ("variable", Kind::Pairs(Parameter::Variable)),
];

/// The keyword that sets a parameter.
pub(crate) fn of_parameter(parameter: Parameter) -> Option<&'static str> {
    Some(match parameter {
        Parameter::PrivateKey => "key",
        Parameter::PublicKey => "public_key",
        Parameter::PassphraseFile => "passphrase",
        Parameter::CaCertificate => "ca_cert",
        Parameter::Scope => "scope",
        Parameter::Proxy => "proxy",
        Parameter::NoLint => "lint",
        parameter => {
            let is_it = |kind: Kind| match kind {
                Kind::Text(it)
                | Kind::Path(it)
                | Kind::Seconds(it)
                | Kind::Switch(it)
                | Kind::Pairs(it) => it == parameter,
                Kind::Special(_) => false,
            };
            KEYWORDS.iter().find(|(_, kind)| is_it(*kind))?.0
        }
    })
}

/// Sets what the keywords say. Those that are None count as not given.
pub(crate) fn apply(
    mut builder: ClientBuilder,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<ClientBuilder> {
    let Some(keywords) = keywords else {
        return Ok(builder);
    };
    let py = keywords.py();
    let mut function = None;
    let mut public_key = None;
    for (name, value) in keywords {
        let name: String = name.extract()?;
        let known = KEYWORDS.iter().find(|(known, _)| *known == name);
        let Some((_, kind)) = known else {
            return Err(failure::unknown_keyword(py, &name, nearest(&name)));
        };
        if value.is_none() {
            continue;
        }
        match kind {
            Kind::Special(Special::Key) if value.is_callable() => {
                function = Some(SignerFunction::new(value.unbind()));
            }
            Kind::Special(Special::PublicKey) => public_key = Some(value),
            Kind::Special(special) => builder = set_special(builder, *special, &name, &value)?,
            kind => builder = set(builder, *kind, &name, &value)?,
        }
    }
    match (function, public_key) {
        (Some(function), public_key) => {
            callable_signer::attach(py, builder, function, public_key.as_ref())
        }
        (None, Some(public_key)) => {
            let path = values::path("public_key", &public_key)?;
            Ok(builder.public_key(path))
        }
        (None, None) => Ok(builder),
    }
}

fn set(
    builder: ClientBuilder,
    kind: Kind,
    name: &str,
    value: &Bound<'_, PyAny>,
) -> PyResult<ClientBuilder> {
    Ok(match kind {
        Kind::Text(parameter) => builder.set(parameter, values::text(name, value)?),
        Kind::Path(parameter) => builder.set(parameter, values::path(name, value)?),
        Kind::Seconds(parameter) => {
            let seconds = values::seconds(name, value)?.as_secs();
            builder.set(parameter, seconds.to_string())
        }
        Kind::Switch(parameter) => builder.set(parameter, values::switch(name, value)?.to_string()),
        Kind::Pairs(parameter) => builder.set_pairs(parameter, values::pairs(name, value)?),
        Kind::Special(special) => return set_special(builder, special, name, value),
    })
}

fn set_special(
    builder: ClientBuilder,
    special: Special,
    name: &str,
    value: &Bound<'_, PyAny>,
) -> PyResult<ClientBuilder> {
    Ok(match special {
        Special::CaCert => {
            let paths = values::paths(name, value)?.into_iter();
            paths.fold(builder, ClientBuilder::ca_cert)
        }
        Special::Key => match values::bytes(value) {
            Some(bytes) => builder.key_contents(bytes),
            None => {
                let wanted = "a path, bytes, or a function that signs";
                let path = values::path(name, value);
                builder.key(path.map_err(|_| values::wrong_type(name, wanted))?)
            }
        },
        Special::Lint => builder.lint(values::switch(name, value)?),
        Special::OnEvent if value.is_callable() => listen(builder, value.clone().unbind()),
        Special::OnEvent => return Err(values::wrong_type(name, "a function")),
        Special::Passphrase => builder.passphrase(values::text(name, value)?),
        Special::Proxy if value.is_instance_of::<pyo3::types::PyBool>() => {
            match values::switch(name, value)? {
                true => return Err(values::wrong_type(name, "a URL, or False for no proxy")),
                false => builder.proxy(None),
            }
        }
        Special::Proxy => builder.proxy(values::text(name, value)?.as_str()),
        Special::PublicKey => builder.public_key(values::path(name, value)?),
        Special::Purpose => match values::text(name, value)?.as_str() {
            "get-token" => builder.purpose(Purpose::GetToken),
            "call-api" => builder.purpose(Purpose::CallApi),
            _ => return Err(values::wrong_type(name, "\"get-token\" or \"call-api\"")),
        },
        Special::Retry => {
            let attempts = value.extract();
            builder.retry(attempts.map_err(|_| values::wrong_type(name, "an int"))?)
        }
        Special::Scope => builder.scope(values::texts(name, value)?.join(" ")),
        Special::SecretClientId => match values::switch(name, value)? {
            true => builder.secret_client_id(),
            false => builder,
        },
    })
}

/// Tells a Python function what happens. One that raises is not asked why: a token is worth more
/// than a line in a log.
fn listen(builder: ClientBuilder, function: Py<PyAny>) -> ClientBuilder {
    builder.on_event(move |event: Event| {
        let importance = match event.importance() {
            Importance::Detail => "detail",
            Importance::Notice => "notice",
            _ => "warning",
        };
        let text = hint::words(&event.text());
        Python::try_attach(|py| {
            if let Err(error) = function.call1(py, (importance, text)) {
                error.write_unraisable(py, Some(function.bind(py)));
            }
        });
    })
}

/// The keyword that was probably meant: one that is spelled nearly so, or what the option of the
/// command of this name is called here.
fn nearest(name: &str) -> Option<&'static str> {
    if let Some(parameter) = Parameter::from_name(&name.replace('_', "-")) {
        return of_parameter(parameter);
    }
    match name {
        "api_key" => return Some("client_id"),
        "aud" => return Some("audience"),
        "iss" => return Some("assertion_issuer"),
        "sub" => return Some("subject"),
        _ => {}
    }
    let distances = KEYWORDS.iter().map(|(known, _)| {
        let distance = strsim::damerau_levenshtein(known, name);
        (distance, *known)
    });
    let (distance, known) = distances.min()?;
    (distance <= 3 && distance < known.len().div_ceil(2) + 1).then_some(known)
}

/// How long a call may wait, if the caller says.
pub(crate) fn limit(value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Duration>> {
    let value = value.filter(|value| !value.is_none());
    value
        .map(|value| values::seconds("timeout", value))
        .transpose()
}
