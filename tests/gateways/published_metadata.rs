//! What the mocks publish of themselves agrees with the files that they are made of.

use tokenring::{Client, ClientBuilder, FactDifference};
use tokenring_gateway::Gateway;
use tokenring_mock_gateway::MockGateway;
use tokenring_oauth::{HttpRequest, SecureUrl, Transport, UreqTransport};

use crate::preset::{OPEN, Preset};
use crate::stage::CLIENT;

/// The mock of a gateway, and a client of it by its own values and the mock's addresses.
fn start(preset: &Preset) -> (MockGateway, ClientBuilder) {
    let registered = preset.registered(preset.key());
    let environment = preset.environment().name();
    let mut mock = MockGateway::builder()
        .with_gateway(&preset.gateway)
        .with_environment(environment)
        .with_client(CLIENT, registered);
    let mut client = Client::builder(preset.gateway.name()).environment(environment);
    for (name, value) in preset.variables() {
        mock = mock.with_variable(name, value);
        client = client.variable(name, value);
    }
    if preset.needs_issuer() {
        mock = mock.with_issuer(OPEN);
    }
    let mock = mock.start().unwrap();
    client = client.token_url(mock.token_url());
    if let Some(issuer) = mock.issuer() {
        client = client.issuer(issuer);
    }
    (mock, client)
}

/// Compares with what the mock publishes, wherever the gateway's own document is.
fn verify(mock: &MockGateway, client: &ClientBuilder) -> Vec<FactDifference> {
    let url = SecureUrl::new(&mock.metadata_url().unwrap()).unwrap();
    let transport = |_: HttpRequest| UreqTransport::new().send(HttpRequest::get(&url));
    client.target().unwrap().verify(&transport).unwrap()
}

#[test]
fn every_mock_agrees_with_its_file() {
    let mut count = 0;
    for name in Gateway::names() {
        let preset = Preset::new(name);
        let (mock, client) = start(&preset);
        let is_named = preset.environment().metadata().is_some();
        if !is_named || mock.metadata_url().is_none() {
            continue;
        }
        assert_eq!(verify(&mock, &client), [], "{name}");
        let elsewhere = client.token_url("https://elsewhere.example.com/token");
        let differences = verify(&mock, &elsewhere);
        let [difference] = differences.as_slice() else {
            panic!("{name}: {differences:?}");
        };
        assert_eq!(difference.member, "token_endpoint", "{name}");
        assert_eq!(difference.theirs, mock.token_url(), "{name}");
        count += 1;
    }
    assert!(count > 5, "{count} publish metadata");
}
