//! What vendors' own SDKs send: each assertion passes the lint without a doubt and gets a token from
//! the mock, and one that goes a little further than the SDK is refused.

use base64ct::{Base64, Base64Url, Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use serde_json::{Map, Value, json};
use std::time::{Duration, UNIX_EPOCH};
use tokenring_assertion::NumericDate;
use tokenring_gateway::{Finding, Gateway, Grant, Lint, Severity, UnverifiedJwt};
use tokenring_jwk::any;
use tokenring_mock_gateway::{JwkSource, MockGateway};

use crate::connection::{Connection, encoded};
use crate::key::{self, Key};
use crate::stage::{CLIENT, NOW};

const FORM: &str = "application/x-www-form-urlencoded";
const CLIENT_ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The clock is half a second on, which the SDKs' own roundings have to bear.
const NOW_MILLISECONDS: u64 = NOW * 1000 + 500;

/// One SDK's request, and the gateway that it is for.
#[derive(Clone)]
struct Request(Value);

/// What became of one.
struct Verdict {
    findings: Vec<Finding>,
    status: u16,
    rule: Option<&'static str>,
}

fn requests() -> Vec<Request> {
    let rows = fixtures::text("sdk-requests/requests.json");
    let rows: Vec<Value> = serde_json::from_str(&rows).unwrap();
    rows.into_iter().map(Request).collect()
}

/// The one request of this SDK.
fn of(sdk: &str) -> Request {
    let mut requests = requests().into_iter();
    requests.find(|it| it.text("sdk") == Some(sdk)).unwrap()
}

impl Request {
    fn text(&self, name: &str) -> Option<&str> {
        self.0[name].as_str()
    }

    fn with(mut self, part: &str, name: &str, value: impl Into<Value>) -> Self {
        self.0[part][name] = value.into();
        self
    }

    fn members(&self, name: &str) -> Map<String, Value> {
        self.0[name].as_object().cloned().unwrap_or_default()
    }

    fn gateway(&self) -> Gateway {
        let gateway = Gateway::builtin(self.text("gateway").unwrap()).unwrap();
        match self.text("flow") {
            Some(flow) => gateway.with_flow(flow).unwrap(),
            None => gateway,
        }
    }

    /// Signs the assertion, for the audience that it names or another one.
    fn assertion(&self, audience: Option<&str>) -> String {
        let mut claims = self.members("claims");
        claims.values_mut().for_each(fill);
        if let Some(audience) = audience {
            match &mut claims["aud"] {
                Value::Array(items) => items[0] = json!(audience),
                other => *other = json!(audience),
            }
        }
        let mut header = self.members("header");
        header.values_mut().for_each(fill);
        let encode = |part: Map<String, Value>| {
            Base64UrlUnpadded::encode_string(Value::Object(part).to_string().as_bytes())
        };
        let algorithm = header["alg"].as_str().unwrap().parse().unwrap();
        let input = format!("{}.{}", encode(header), encode(claims));
        let signature = key::sign(algorithm, input.as_bytes());
        format!(
            "{input}.{}",
            Base64UrlUnpadded::encode_string(signature.as_bytes())
        )
    }

    fn judge(&self) -> Verdict {
        let gateway = self.gateway();
        let environment = gateway.environment(self.text("environment")).unwrap();
        let variables = self.members("variables");
        let variables = || {
            let variables = variables.iter();
            variables.map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        };
        let mut endpoint = gateway.endpoint(environment);
        let mut mock = MockGateway::builder()
            .with_gateway(&gateway)
            .with_environment(environment.name())
            .with_clock(|| UNIX_EPOCH + Duration::from_millis(NOW_MILLISECONDS))
            .with_client(CLIENT, keys_for(&gateway));
        for (name, value) in variables() {
            endpoint = endpoint.with_variable(name, value);
            mock = mock.with_variable(name, value);
        }
        let (endpoint, mock) = (endpoint.build().unwrap(), mock.start().unwrap());
        let jwt = UnverifiedJwt::decode(self.assertion(None)).unwrap();
        let now = NumericDate::from_seconds(NOW);
        let findings = Lint::new(&gateway, &endpoint, now).check(&jwt);
        // The mock has a token endpoint of its own.
        let claimed = match &self.0["claims"]["aud"] {
            Value::Array(items) => items.first().and_then(Value::as_str),
            audience => audience.as_str(),
        };
        let is_endpoint = claimed == Some(endpoint.token_endpoint().unwrap().as_str());
        let own = is_endpoint.then(|| mock.token_url());
        let status = self.send(&mock, &self.assertion(own.as_deref()));
        let event = mock.events().pop().unwrap();
        Verdict {
            findings,
            status,
            rule: event.refusal().map(|refusal| refusal.rule()),
        }
    }

    fn send(&self, mock: &MockGateway, assertion: &str) -> u16 {
        let form = match self.gateway().request().grant() {
            Grant::JwtBearer => json!({ "grant_type": JWT_BEARER, "assertion": assertion }),
            _ => json!({
                "grant_type": "client_credentials",
                "client_assertion_type": CLIENT_ASSERTION,
                "client_assertion": assertion,
            }),
        };
        let mut form = form.as_object().cloned().unwrap();
        form.extend(self.members("form"));
        let texts = form
            .iter()
            .filter_map(|(name, value)| Some((&**name, value.as_str()?)));
        let text = encoded(&texts.collect::<Vec<_>>());
        let url = mock.token_url();
        let path = url.strip_prefix(&mock.base_url()).unwrap();
        let mut connection = Connection::open(mock.address());
        match self.text("place") {
            Some("query") => connection.send(&format!("{path}?{text}"), FORM, ""),
            Some("json") => {
                let body = Value::Object(form).to_string();
                connection.send(path, "application/json", &body)
            }
            _ => connection.send(path, self.text("content_type").unwrap_or(FORM), &text),
        }
    }
}

/// As the gateway takes them.
fn keys_for(gateway: &Gateway) -> JwkSource {
    let takes = gateway.key().registrations();
    if takes.contains(&tokenring_gateway::Registration::Certificate) {
        return JwkSource::Text(fixtures::text("certificates/test-rsa-2048.pem"));
    }
    key::set([Key::RSA_2048.published(Some("k"))]).into()
}

/// Puts in what is made anew each time: dates, the JWT ID, and what names the certificate.
fn fill(value: &mut Value) {
    if let Value::Array(items) = value {
        items.iter_mut().for_each(fill);
    }
    let Some(text) = value.as_str() else {
        return;
    };
    let certificate = fixtures::bytes("certificates/test-rsa-2048.der");
    let sha1 = fixtures::text("certificates/test-rsa-2048-x5t.txt");
    let sha256 = fixtures::text("certificates/test-rsa-2048-x5t-s256.txt");
    let filled = match text {
        "${jti}" => json!("2f1d9c0e-6a0b-4a55-9f6e-0d4c5a1b2c3d"),
        "${x5t}" => json!(sha1.trim()),
        "${x5t#S256}" => json!(sha256.trim()),
        "${x5t#S256, padded}" => json!(Base64Url::encode_string(&any::sha256(&certificate))),
        "${x5t#S256, standard base64}" => {
            json!(Base64::encode_string(&any::sha256(&certificate)))
        }
        "${x5c, with line breaks}" => {
            let base64 = Base64::encode_string(&certificate);
            let (first, rest) = base64.split_at(64);
            json!(format!("{first}\n{rest}\n"))
        }
        other => match date(other) {
            Some(date) => date,
            None => return,
        },
    };
    *value = filled;
}

/// Such as `now+60`, and how it is written down.
fn date(text: &str) -> Option<Value> {
    if let Some(rest) = text.strip_prefix("text of ") {
        return Some(date(rest)?.to_string().into());
    }
    if let Some(rest) = text.strip_prefix("milliseconds of ") {
        return Some((date(rest)?.as_u64()? * 1000).into());
    }
    let offset = text.strip_prefix("now")?;
    if offset.contains('.') {
        let now = Duration::from_secs(NOW).as_secs_f64();
        return Some((now + offset.parse::<f64>().ok()?).into());
    }
    let offset: i64 = if offset.is_empty() {
        0
    } else {
        offset.parse().ok()?
    };
    Some(NOW.checked_add_signed(offset)?.into())
}

#[test]
fn each_one_passes() {
    for request in requests() {
        let (sdk, verdict) = (request.text("sdk").unwrap(), request.judge());
        let is_advice = |finding: &Finding| finding.severity() == Severity::Advised;
        let findings = &verdict.findings;
        assert!(findings.iter().all(is_advice), "{sdk}: {findings:#?}");
        assert_eq!((verdict.status, verdict.rule), (200, None), "{sdk}");
    }
}

/// Expects mock and lint to mind the same.
#[track_caller]
fn check(request: &Request, rule: &str) {
    let verdict = request.judge();
    let mut rules = verdict.findings.iter().map(|finding| finding.rule().name());
    assert!(rules.any(|it| it == rule), "{:#?}", verdict.findings);
    // There one rule stands for both.
    let in_mock = match rule {
        "audience-list" => "audience",
        other => other,
    };
    assert_eq!(verdict.rule, Some(in_mock));
}

#[test]
fn a_little_further_is_refused() {
    let msal = || of("@azure/msal-node 7.2.3 (npm)");
    check(&msal().with("claims", "nbf", "now+6"), "not-yet-valid");
    check(&msal().with("claims", "exp", "now-6"), "expired");
    check(
        &msal().with("claims", "nbf", "text of now"),
        "not-before-form",
    );
    check(&msal().with("header", "typ", "at+jwt"), "type");
    check(&msal().with("header", "alg", "RS512"), "algorithm");
    check(
        &msal().with("claims", "aud", "https://login.microsoftonline.com/x"),
        "audience",
    );
    let go = || of("okta-sdk-golang 5.0.2");
    check(&go().with("claims", "exp", "now+3602"), "expiry-too-late");
    check(&go().with("claims", "iat", "now+6"), "issued-in-future");
    let java = of("com.okta.sdk 24.0.0 (Maven)");
    let own = "https://example.okta.com/oauth2/v1/token";
    check(
        &java.with("claims", "aud", json!([own, "https://x"])),
        "audience-list",
    );
    let auth0 = of("auth0 7.1.0 (npm)");
    check(&auth0.with("claims", "exp", "now+302"), "expiry-too-late");
    let google = || of("google-auth-library 11.3.4 (npm)");
    check(
        &google().with("claims", "exp", "now+3601"),
        "expiry-too-late",
    );
    check(&google().with("claims", "scope", ""), "scope-absent");
    let salesforce = || of("simple-salesforce 1.12.10 (PyPI)");
    check(&salesforce().with("claims", "exp", "soon"), "expiry-form");
    check(
        &salesforce().with("claims", "exp", "text of now-6"),
        "expired",
    );
    let test = "https://test.salesforce.com";
    check(&salesforce().with("claims", "aud", test), "audience");
}

/// What other programs do that these do not, and no gateway minds.
#[test]
fn other_shapes() {
    let extra = |request: Request| {
        let request = request
            .with("header", "cty", "JWT")
            .with("header", "kid", "k");
        let request = request
            .with("claims", "ver", "2")
            .with("claims", "nbf", "now");
        request.with("form", "unheard_of", "x")
    };
    for request in requests() {
        // One gateway takes the claims of its list alone, and one client has no claims to spare.
        if request.gateway().assertion().allowed_claims().is_some() {
            continue;
        }
        let (sdk, verdict) = (request.text("sdk").unwrap(), extra(request.clone()).judge());
        let is_advice = |finding: &Finding| finding.severity() == Severity::Advised;
        assert!(
            verdict.findings.iter().all(is_advice),
            "{sdk}: {:#?}",
            verdict.findings
        );
        assert_eq!((verdict.status, verdict.rule), (200, None), "{sdk}");
    }
}
