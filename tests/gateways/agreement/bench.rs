//! A judge, and the lint beside it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tokenring_assertion::{JwtId, NumericDate};
use tokenring_gateway::{
    Endpoint, Finding, Gateway, Grant, IssuerRule, JwtIdForm, Lint, ScopeRule, Severity,
    SubjectRule, UnverifiedJwt,
};
use tokenring_jwk::{Algorithm, KeyId};

use super::draft::{Change, Draft};
use super::generator::Generator;
use super::opinions::{Difference, Opinions};
use super::random::Random;
use super::registration::Client;
use super::values::Place;
use crate::connection::Connection;
use crate::key::Key;
use crate::preset::Preset;
use crate::stage::{ACCEPTED, API, NOW, Stage};

pub(super) struct Bench {
    preset: Preset,
    clients: Vec<Client>,
    stage: Stage,
    endpoint: Endpoint,
    path: String,
    connection: Connection,
    jwt_ids: u128,
    /// Those of assertions that use one up.
    spent_jwt_ids: BTreeSet<String>,
}

/// One assertion, by what is special about it.
#[derive(Clone)]
pub(super) struct Case {
    client: usize,
    algorithm: Algorithm,
    names_key: bool,
    changes: Vec<Change>,
}

/// How often each verdict came up.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) verdicts: BTreeMap<&'static str, usize>,
    /// How often the rule by which the mock refused was the first that the lint named.
    pub(super) first: usize,
}

impl Bench {
    pub(super) fn new(preset: Preset) -> Self {
        let clients = Client::all(&preset);
        let sources = clients
            .iter()
            .map(|client| (client.id, client.source(), client.algorithm));
        let stage = Stage::start(&preset, sources);
        let url = stage.mock.token_url();
        let endpoint = preset.endpoint(&url, stage.mock.issuer());
        let path = url.strip_prefix(&stage.mock.base_url()).unwrap().to_owned();
        let connection = Connection::open(stage.mock.address());
        Self {
            preset,
            clients,
            stage,
            endpoint,
            path,
            connection,
            jwt_ids: 0,
            spent_jwt_ids: BTreeSet::new(),
        }
    }

    /// Compares the opinions: on everything that can be changed by itself, and on so many
    /// assertions in which several things are.
    pub(super) fn compare(&mut self, several: usize, seed: u64) -> Tally {
        let places = Place::all(self.endpoint.accepted_audiences(), &self.audiences());
        let mut generator = Generator::new(seed, places);
        let mut changes = generator.singles();
        changes.extend((0..several).map(|_| generator.several()));
        let mut tally = Tally::default();
        let mut differences = Vec::new();
        for changes in changes {
            let case = self.case(changes, generator.random());
            let opinions = self.judge(&case);
            *tally.verdicts.entry(opinions.mock).or_default() += 1;
            match opinions.agreement() {
                Some(is_first) => tally.first += usize::from(is_first),
                None => differences.push(self.smallest(case).to_string()),
            }
            if generator.random().percent(10) {
                differences.extend(self.send_again(&opinions));
            }
            assert!(differences.len() < 20, "{}", differences.join("\n"));
        }
        assert!(differences.is_empty(), "{}", differences.join("\n"));
        tally
    }

    fn case(&self, changes: Vec<Change>, random: &mut Random) -> Case {
        let algorithms = self.preset.gateway.assertion().algorithms();
        let usable = self.preset.gateway.key().algorithms();
        let usable = usable.unwrap_or(algorithms);
        let is_stated = self.preset.gateway.server().client_algorithm().is_some();
        let fits = |client: usize, algorithm: &Algorithm| {
            let client = &self.clients[client];
            let only_key = client.only_key();
            let is_own = !is_stated || *algorithm == client.algorithm;
            is_own && only_key.is_none_or(|key| Key::for_algorithm(*algorithm) == key)
        };
        // Most assertions come from clients that did everything right: the first, and those with
        // a single key if it is of a kind that the gateway takes.
        let is_right = |client: &usize| {
            let is_bare = self.clients[*client].only_key().is_some();
            let is_of_algorithm = self.clients[*client].is_of_algorithm();
            *client == 0
                || is_of_algorithm
                || is_bare && usable.iter().any(|each| fits(*client, each))
        };
        let right: Vec<usize> = (0..self.clients.len()).filter(is_right).collect();
        let client = if random.percent(75) {
            *random.one_of(&right)
        } else {
            random.below(self.clients.len())
        };
        let algorithms = match right.contains(&client) {
            true => usable,
            false => algorithms,
        };
        let mut fitting = algorithms.to_vec();
        fitting.retain(|algorithm| fits(client, algorithm));
        let choices = if fitting.is_empty() {
            algorithms
        } else {
            &fitting
        };
        Case {
            client,
            algorithm: *random.one_of(choices),
            names_key: random.percent(50),
            changes,
        }
    }

    fn draft(&mut self, case: &Case) -> Draft {
        self.jwt_ids += 1;
        let key = Key::for_algorithm(case.algorithm);
        let key_rules = self.preset.gateway.key();
        let schemes = core::iter::once(key_rules.id_scheme());
        let mut schemes = schemes.chain(key_rules.id_alternatives().iter().copied());
        let key_id = match self.preset.key_id(key) {
            Some(key_id) => Some(key_id),
            None if case.names_key => schemes.find_map(|scheme| key.id(scheme)),
            None => None,
        };
        let mut plan = self
            .preset
            .plan_for(&self.endpoint, self.clients[case.client].id)
            .with_key_sha256(&key.sha256());
        if key_id.is_some() {
            plan = plan.with_key_id();
        }
        let now = NumericDate::from_seconds(NOW);
        let jwt_id = JwtId::from_random_bytes(self.jwt_ids.to_be_bytes());
        let key_id = key_id.map(KeyId::new);
        let input = plan.signing_input(now, jwt_id, case.algorithm, key_id.as_ref());
        let mut draft = Draft::new(input.unwrap().as_bytes());
        for change in &case.changes {
            draft.change(change, self.jwt_ids);
        }
        draft
    }

    fn judge(&mut self, case: &Case) -> Opinions {
        let draft = self.draft(case);
        let text = draft.sign(case.algorithm);
        let mock = self.send(case.client, &draft, &text);
        let lint = Lint::new(
            &self.preset.gateway,
            &self.endpoint,
            NumericDate::from_seconds(NOW),
        );
        let lint = self.clients[case.client].introduce(lint);
        let findings = UnverifiedJwt::decode(&text).map(|jwt| lint.check(&jwt));
        let rules = |is_wanted: fn(&Finding) -> bool| match &findings {
            Err(_) => Vec::new(),
            Ok(findings) => {
                let wanted = findings.iter().filter(|each| is_wanted(each));
                wanted.map(|finding| finding.rule().name()).collect()
            }
        };
        let unknown = rules(Finding::is_unknown);
        let lint = match findings {
            Err(_) => vec!["malformed"],
            Ok(_) => rules(|finding| finding.severity() == Severity::Refused),
        };
        let issuer = self.preset.gateway.assertion().issuer_rule();
        let has_free_issuer = matches!(issuer, IssuerRule::Any);
        let jwt_id = self.jwt_id(&draft);
        let mut is_spent = false;
        if let Some(jwt_id) = jwt_id.as_ref() {
            is_spent = self.spent_jwt_ids.contains(jwt_id);
            if self.spends(mock) {
                self.spent_jwt_ids.insert(jwt_id.clone());
            }
        }
        Opinions {
            client: case.client,
            mock,
            lint,
            unknown,
            text,
            jwt_id,
            is_spent,
            has_free_issuer,
            draft,
        }
    }

    /// The claim as the gateway remembers it, if it has a form in which the gateway takes it.
    fn jwt_id(&self, draft: &Draft) -> Option<String> {
        let takes_all = self.preset.gateway.assertion().jwt_id_form() == JwtIdForm::Any;
        match draft.claims.get("jti")? {
            Value::Null => None,
            Value::String(text) if takes_all || !text.is_empty() => Some(text.clone()),
            value => takes_all.then(|| value.to_string()),
        }
    }

    /// Whether an assertion on which the mock says this is used up.
    ///
    /// One that was accepted is, and at some gateways one that was refused late too.
    fn spends(&self, mock: &str) -> bool {
        let is_token = self.preset.gateway.request().jwt_is_token();
        if is_token || self.preset.gateway.server().jwt_id_memory().is_zero() {
            return false;
        }
        let late: &[&str] = match self.preset.gateway.name() {
            "nhs" | "nhs-cgp" => &SPENT_BY_NHS,
            "bcgov" | "keycloak" => &SPENT_BY_KEYCLOAK,
            "authelia" => &SPENT_BY_AUTHELIA,
            "hydra" => &SPENT_BY_HYDRA,
            _ => &[],
        };
        mock == ACCEPTED || late.contains(&mock)
    }

    /// Sends an assertion in a request that is right for it.
    fn send(&mut self, client: usize, draft: &Draft, text: &str) -> &'static str {
        let rules = self.preset.gateway.request();
        if rules.jwt_is_token() {
            // No header can carry it.
            if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                return "malformed";
            }
            self.connection.call(API, text);
            return self.stage.verdict();
        }
        let mut form = match rules.grant() {
            Grant::JwtBearer => vec![
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                ("assertion", text),
            ],
            _ => vec![
                ("grant_type", "client_credentials"),
                (
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ),
                ("client_assertion", text),
            ],
        };
        // Where it is required it names whom the assertion names, so far as that names anybody.
        let subject = match self.preset.gateway.assertion().subject_rule() {
            SubjectRule::ClientId => "sub",
            _ => "iss",
        };
        let named = draft.claims.get(subject).and_then(Value::as_str);
        let named = named.filter(|named| !named.is_empty());
        if rules.client_id_required() {
            form.push(("client_id", named.unwrap_or(self.clients[client].id)));
        }
        let secrets = rules.secret_parameters().iter();
        form.extend(secrets.map(|name| (name.as_str(), "planted-secret")));
        if rules.scope() == ScopeRule::Required {
            form.push(("scope", "system/Patient.read"));
        }
        self.connection.post(&self.path, &form);
        self.stage.verdict()
    }

    fn send_again(&mut self, first: &Opinions) -> Option<String> {
        let is_remembered = first.jwt_id.is_some() && !self.is_forgotten(&first.draft);
        let expected = if self.spends(first.mock) && is_remembered {
            "jwt-id-spent"
        } else {
            first.mock
        };
        let found = self.send(first.client, &first.draft, &first.text);
        (found != expected).then(|| {
            let title = self.preset.title();
            format!(
                "{title}: sent again: {found}, not {expected}: {}",
                first.text
            )
        })
    }

    /// Whether the memory of its identifier ends at once, because the assertion expires now.
    fn is_forgotten(&self, draft: &Draft) -> bool {
        let ends = self.preset.gateway.server().jwt_id_memory_ends_at_expiry();
        let now = Value::from(NOW).as_f64();
        let expiry = draft.claims.get("exp").and_then(Value::as_f64);
        ends && expiry.filter(|expiry| *expiry != 0.0).is_some() && expiry <= now
    }

    /// Leaves out what the two are not divided on.
    fn smallest(&self, mut case: Case) -> Difference {
        let mut index = 0;
        while index < case.changes.len() {
            let mut smaller = case.clone();
            smaller.changes.remove(index);
            // At another bench, where no identifier is spent yet.
            let mut bench = Self::new(self.preset.again());
            if bench.judge(&smaller).agreement().is_none() {
                case = smaller;
            } else {
                index += 1;
            }
        }
        let mut bench = Self::new(self.preset.again());
        Difference {
            title: self.preset.title(),
            client: self.clients[case.client].id,
            opinions: bench.judge(&case),
            changes: case.changes,
        }
    }

    /// What a client may take for the audience.
    fn audiences(&self) -> Vec<String> {
        let url = self.stage.mock.token_url();
        let mut audiences = vec![
            format!("{url}/"),
            format!("{url}?a=b"),
            url.replace("127.0.0.1", "localhost"),
            url.replace("http:", "HTTP:"),
            url.replace("http:", "https:"),
            self.stage.mock.base_url(),
            "https://api.example.com".to_owned(),
            "JWT".to_owned(),
            url,
        ];
        for other in Gateway::names() {
            let other = Preset::new(other);
            if let Ok(endpoint) = other.endpoint_builder().build() {
                audiences.extend(endpoint.accepted_audiences().iter().cloned());
            }
        }
        for environment in self.preset.gateway.environments() {
            let other = Preset::of(self.preset.gateway.clone(), Some(environment.name()));
            if let Ok(endpoint) = other.endpoint_builder().build() {
                audiences.extend(endpoint.accepted_audiences().iter().cloned());
                audiences.extend(endpoint.issuer().map(str::to_owned));
            }
        }
        // The mock takes the URL of the real one for its own, and the lint goes by the mock's.
        if let Ok(real) = self.preset.endpoint_builder().build() {
            let real = real.token_endpoint().map(|url| url.as_str().to_owned());
            audiences.retain(|audience| real.as_ref().ok() != Some(audience));
        }
        audiences
    }
}

/// From rule 16 of its table on the identifier is used up.
const SPENT_BY_NHS: [&str; 9] = [
    "unknown-client",
    "audience",
    "unknown-key-id",
    "signature",
    "critical-extension",
    "not-yet-valid",
    "not-before-form",
    "issued-at-form",
    "key-size",
];

/// Before the scope, and before all that its file has no row for.
const SPENT_BY_AUTHELIA: [&str; 3] = ["critical-extension", "issued-at-form", "not-before-form"];

/// The audience is looked at once the identifier is remembered.
const SPENT_BY_HYDRA: [&str; 2] = ["audience", "audience-absent"];

/// What its file has no row for is looked at last.
const SPENT_BY_KEYCLOAK: [&str; 1] = ["critical-extension"];
