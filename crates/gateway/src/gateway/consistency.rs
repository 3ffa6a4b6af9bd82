//! Facts of one file that contradict each other although each is good by itself: a table with a row
//! for each pair.
//!
//! Only a user's file is checked when it is read. A test reads the built-in ones as such files.

use tokenring_jwk::{Algorithm, KeyType};

use crate::assertion_rules::smallest_assertion;
use crate::reader::Table;
use crate::{
    AccessTokenForm, ClientSource, ContentTypeRule, DpopRule, Error, Flow, Gateway, KeyIdScheme,
    KeyRules, Problem, Registration, ScopeRule, TypRule,
};

mod refusals;
mod variables;

/// One pair of keys. It counts where the file states both, or the first one if the default of the
/// other one contradicts it as well.
struct Row {
    key: &'static str,
    other: &'static str,
    counts_with_default: bool,
    clash: fn(&Gateway) -> Option<Clash>,
}

/// How the first key of a row does not go together with the second one.
enum Clash {
    /// The other key is this.
    Is(String),
    /// The other key is a list without this.
    Lacks(String),
    /// The other key is this, and the number is over it.
    Over(u64),
    /// The other key is this, and the number is over a tenth of it.
    OverTenth(u64),
    /// An assertion by the other key's key has at least so many characters.
    NeedsRoom(usize),
}

const fn row(key: &'static str, other: &'static str, clash: fn(&Gateway) -> Option<Clash>) -> Row {
    Row {
        key,
        other,
        counts_with_default: false,
        clash,
    }
}

const fn row_with_default(
    key: &'static str,
    other: &'static str,
    clash: fn(&Gateway) -> Option<Clash>,
) -> Row {
    Row {
        counts_with_default: true,
        ..row(key, other, clash)
    }
}

const ROWS: &[Row] = &[
    row(
        "assertion.backdate-seconds",
        "assertion.lifetime-seconds",
        |it| {
            let (back, lifetime) = (it.assertion().backdate(), it.assertion().lifetime());
            let over = back.as_secs() * 10 > lifetime.as_seconds();
            over.then(|| Clash::OverTenth(lifetime.as_seconds()))
        },
    ),
    row(
        "assertion.backdate-seconds",
        "assertion.maximum-age-seconds",
        |it| {
            // On its way it grows older by a moment.
            let most = it.assertion().maximum_age()?;
            (it.assertion().backdate() >= most).then(|| is(most.as_secs()))
        },
    ),
    row(
        "assertion.maximum-lifetime-without-iat-seconds",
        "assertion.maximum-lifetime-seconds",
        |it| {
            let most = it.assertion().maximum_lifetime()?;
            let without = it.assertion().maximum_lifetime_without_issued_at()?;
            (without > most).then(|| Clash::Over(most.as_seconds()))
        },
    ),
    row_with_default("assertion.typ-rule", "assertion.typ", |it| {
        let rules = it.assertion();
        let checks_nothing = rules.typ().is_none() && rules.accepted_types().is_empty();
        (rules.typ_rule() == TypRule::Checked && checks_nothing).then(|| is("not sent"))
    }),
    row_with_default("assertion.required-claims", "request.scope", |it| {
        let mut required = it.assertion().required_claims().iter();
        let scope = it.request().scope();
        let is_missing = scope != ScopeRule::InAssertion && required.any(|claim| claim == "scope");
        is_missing.then(|| is(scope.name()))
    }),
    row("key.minimum-rsa-bits", "assertion.algorithms", |it| {
        let algorithms = it.assertion().algorithms();
        let takes_rsa = algorithms
            .iter()
            .any(|each| each.key_type() == KeyType::Rsa);
        (!takes_rsa).then(|| is(names(algorithms)))
    }),
    row("key.choice-without-id", "key.id-required", |it| {
        it.key().id_required().then(|| is(true))
    }),
    row("key.use-required-at-url", "key.use-required", |it| {
        (!it.key().use_required()).then(|| is(false))
    }),
    row("key.use-required-at-url", "key.register-as", |it| {
        fetched_set_only(it.key(), true)
    }),
    row("key.jwk-set-cache-seconds", "key.register-as", |it| {
        fetched_set_only(it.key(), true)
    }),
    row("key.refetches-on-unknown-id", "key.register-as", |it| {
        fetched_set_only(it.key(), true)
    }),
    row("key.keeps-known-ids", "key.register-as", |it| {
        fetched_set_only(it.key(), it.key().keeps_known_ids())
    }),
    row("key.use-required", "key.register-as", |it| {
        set_only(it.key(), it.key().use_required())
    }),
    row("key.alg-required", "key.register-as", |it| {
        set_only(it.key(), it.key().algorithm_required())
    }),
    row("key.operations-ignored", "key.register-as", |it| {
        set_only(it.key(), it.key().operations_ignored())
    }),
    row("key.id-scheme", "key.register-as", |it| {
        let of_certificate = matches!(
            it.key().id_scheme(),
            KeyIdScheme::CertificateThumbprint
                | KeyIdScheme::CertificateSha1Thumbprint
                | KeyIdScheme::CertificateChain
        );
        let forms = it.key().registrations();
        (of_certificate && matches!(forms, [Registration::PublicKey])).then(|| is(forms_of(forms)))
    }),
    row("request.multipart", "request.content-type", |it| {
        let rule = it.request().content_type();
        let is_refused = it.request().multipart() && rule != ContentTypeRule::Any;
        is_refused.then(|| is(rule.name()))
    }),
    row_with_default("request.dpop-nonce", "request.dpop", |it| {
        let rule = it.request().dpop();
        let is_unused = it.request().dpop_nonce() && rule == DpopRule::Off;
        is_unused.then(|| is(rule.name()))
    }),
    row("request.dpop", "request.grant", |it| {
        requests_nothing(it).filter(|_| it.request().dpop() == DpopRule::Required)
    }),
    row("request.dpop-nonce", "request.grant", |it| {
        requests_nothing(it).filter(|_| it.request().dpop_nonce())
    }),
    row(
        "request.maximum-parameter-characters",
        "key.generate",
        |it| {
            let most = it.request().maximum_parameter_characters()?;
            let least = smallest_assertion(it.assertion(), it.key());
            (least > usize::try_from(most).ok()?).then_some(Clash::NeedsRoom(least))
        },
    ),
    row("server.client-algorithm", "assertion.algorithms", |it| {
        let wanted = it.server().client_algorithm()?;
        let is_taken = |flow: &Gateway| flow.assertion().algorithms().contains(&wanted);
        (!in_some_flow(it, is_taken)).then(|| Clash::Lacks(wanted.name().to_owned()))
    }),
    row("server.client-algorithm", "key.generate", |it| {
        let wanted = it.server().client_algorithm()?;
        let fits = |flow: &Gateway| flow.key().generate().key_type() == wanted.key_type();
        (!in_some_flow(it, fits)).then(|| is(it.key().generate_name()))
    }),
    row("server.client-algorithm", "assertion.algorithms", |it| {
        let wanted = it.server().client_algorithm()?;
        let own = |flow: &Gateway| {
            let key_type = flow.key().generate().key_type();
            flow.algorithms().find(|each| each.key_type() == key_type)
        };
        let is_own = in_some_flow(it, |flow| own(flow) == Some(wanted));
        (!is_own).then(|| is(names(it.assertion().algorithms())))
    }),
    row("server.optional-scopes", "request.scope", |it| {
        let ignores = |flow: &Gateway| flow.request().scope() == ScopeRule::Ignored;
        (!in_some_flow(it, |flow| !ignores(flow))).then(|| is(it.request().scope().name()))
    }),
    row(
        "server.jwt-id-spent-before",
        "server.jwt-id-memory-seconds",
        forgets_jwt_ids,
    ),
    row(
        "server.jwt-id-memory-shared",
        "server.jwt-id-memory-seconds",
        |it| forgets_jwt_ids(it).filter(|_| it.server().jwt_id_memory_is_shared()),
    ),
    row(
        "server.jwt-id-memory-ends-at-expiry",
        "server.jwt-id-memory-seconds",
        |it| forgets_jwt_ids(it).filter(|_| it.server().jwt_id_memory_ends_at_expiry()),
    ),
    row("server.access-token-prefix", "server.access-token", |it| {
        (it.server().access_token() == AccessTokenForm::Jwt).then(|| is("jwt"))
    }),
    row("server.client-from", "request.client-id-required", |it| {
        let ignores = it.server().client_source() == ClientSource::AssertionAlone;
        let requires = !in_some_flow(it, |flow| !flow.request().client_id_required());
        (ignores && requires).then(|| is(true))
    }),
    row(
        "server.shorter-lifetime-parameter",
        "request.secret-parameters",
        |it| {
            let name = it.server().shorter_lifetime_parameter()?;
            let secrets = it.request().secret_parameters();
            secrets
                .iter()
                .any(|secret| secret == name)
                .then(|| is(name))
        },
    ),
    row(
        "response.assumed-lifetime-seconds",
        "server.token-lifetime-seconds",
        |it| {
            let assumed = it.response().assumed_lifetime()?;
            let lifetime = it.server().token_lifetime();
            (assumed > lifetime).then_some(Clash::Over(lifetime.as_secs()))
        },
    ),
];

pub(super) fn check(gateway: &Gateway, root: &Table<'_>) -> Result<(), Box<Error>> {
    let mut in_use = gateway.clone();
    in_use.flow = None;
    check_rows(&in_use, root, None)?;
    for (index, flow) in gateway.flows.iter().enumerate() {
        in_use.flow = Some(index);
        check_rows(&in_use, root, Some(flow))?;
    }
    variables::check(gateway, root)?;
    refusals::check(gateway, root)
}

fn check_rows(gateway: &Gateway, root: &Table<'_>, flow: Option<&Flow>) -> Result<(), Box<Error>> {
    for row in ROWS {
        let replaced = |path: &str| flow.is_some_and(|flow| flow.replaces(table_of(path)));
        let (key_replaced, other_replaced) = (replaced(row.key), replaced(row.other));
        // What neither table of the flow's touches was found before it.
        if flow.is_some() && !key_replaced && !other_replaced {
            continue;
        }
        let place = |path: &str, is_replaced: bool| match flow.filter(|_| is_replaced) {
            Some(flow) => format!("flows.{}.{path}", flow.name()),
            None => path.to_owned(),
        };
        let (key, other) = (
            place(row.key, key_replaced),
            place(row.other, other_replaced),
        );
        if !root.holds(&key) || !(row.counts_with_default || root.holds(&other)) {
            continue;
        }
        let Some(clash) = (row.clash)(gateway) else {
            continue;
        };
        let error = root.error_on(&key, clash.into_problem(other));
        return Err(match flow.filter(|_| !key_replaced) {
            Some(flow) => error.in_flow(flow.name()),
            None => error,
        });
    }
    Ok(())
}

impl Clash {
    fn into_problem(self, key: String) -> Problem {
        match self {
            Self::Is(is) => Problem::Contradiction { key, is },
            Self::Lacks(found) => Problem::NotAmong { found, key },
            Self::Over(maximum) => Problem::OverMaximum { key, maximum },
            Self::OverTenth(whole) => Problem::OverTenth { key, whole },
            Self::NeedsRoom(characters) => Problem::NoRoom { key, characters },
        }
    }
}

fn table_of(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

fn is(value: impl ToString) -> Clash {
    Clash::Is(value.to_string())
}

/// Whether something is so without a flow, or while one of them is in use: the server's facts are
/// those of all.
fn in_some_flow(gateway: &Gateway, is_so: impl Fn(&Gateway) -> bool) -> bool {
    let flows = (0..gateway.flows.len()).map(Some);
    let mut in_use = core::iter::once(None).chain(flows);
    in_use.any(|flow| {
        let mut gateway = gateway.clone();
        gateway.flow = flow;
        is_so(&gateway)
    })
}

/// A fact about a JWK Set at a URL, where none is fetched.
fn fetched_set_only(key: &KeyRules, is_fact: bool) -> Option<Clash> {
    let forms = key.registrations();
    let is_fetched = forms.contains(&Registration::JwkSetUrl);
    (is_fact && !is_fetched).then(|| is(forms_of(forms)))
}

/// A fact about JWKs, where none is taken.
fn set_only(key: &KeyRules, is_fact: bool) -> Option<Clash> {
    (is_fact && !key.registers_jwk_set()).then(|| is(forms_of(key.registrations())))
}

fn forgets_jwt_ids(gateway: &Gateway) -> Option<Clash> {
    gateway.server().jwt_id_memory().is_zero().then(|| is(0))
}

/// The signed JWT is the token, and nothing is requested that could be bound.
fn requests_nothing(gateway: &Gateway) -> Option<Clash> {
    let request = gateway.request();
    request.jwt_is_token().then(|| is(request.grant().name()))
}

fn names(algorithms: &[Algorithm]) -> String {
    let names: Vec<_> = algorithms.iter().map(|each| each.name()).collect();
    names.join(", ")
}

fn forms_of(forms: &[Registration]) -> String {
    let names: Vec<_> = forms.iter().map(|form| form.name()).collect();
    names.join(", ")
}
