//! The command that `generate-keys` prints last gets a token as it stands: at every gateway, in
//! every flow, by every algorithm, with what was said to be registered.

use std::sync::{Arc, Mutex};

use tokenring_gateway::{AudienceRule, Gateway, Registration};
use tokenring_jwk::{Algorithm, KeyType, PublicKey};
use tokenring_mock_gateway::{ApiAccess, ClientRegistration, Event, JwkSource, MockGateway};

use crate::process::{Finished, Machine};

const CLIENT: &str = "client-1";
/// The issuer where the gateway's file leaves it open.
const OPEN: &str = "https://as.example.com";
const MARK: &str = ": this is what the gateway gets";

/// Makes keys for every gateway and algorithm of some types, and counts them.
#[track_caller]
fn check(types: &[KeyType], is_wanted: fn(Algorithm) -> bool) -> usize {
    let mut count = 0;
    for name in Gateway::names() {
        let gateway = Gateway::builtin(name).unwrap();
        let flows: Vec<_> = gateway.flows().iter().map(|flow| flow.name()).collect();
        let mut ways = vec![gateway.clone()];
        if !flows.is_empty() {
            let with = |flow| gateway.clone().with_flow(flow).unwrap();
            ways = flows.into_iter().map(with).collect();
        }
        for gateway in ways {
            for algorithm in gateway.algorithms() {
                if types.contains(&algorithm.key_type()) && is_wanted(algorithm) {
                    check_one(&gateway, algorithm);
                    count += 1;
                }
            }
        }
    }
    count
}

#[track_caller]
fn check_one(gateway: &Gateway, algorithm: Algorithm) {
    let machine = Machine::new();
    machine.write("secret.txt", "planted-secret\n");
    let made = machine.tokenring(arguments(gateway, algorithm)).finish();
    let made = made.has_code(0);
    let seen = Arc::new(Mutex::new((String::new(), None)));
    let registration = ClientRegistration::new().with_algorithm(algorithm);
    let mock = mock(
        gateway,
        registered(&made, &machine),
        registration,
        Arc::clone(&seen),
    );

    let mut command = printed_command(&made);
    assert_eq!(command[..2], ["tokenring", "get-token"], "{command:?}");
    for (place, value) in [
        ("ID", CLIENT),
        ("KID", "handed-out"),
        ("ISSUER", mock.issuer().unwrap_or(OPEN)),
        ("SCOPE", "system/Patient.rs"),
        ("URL", &mock.token_url()),
        ("client_secret=@FILE", "client_secret=@secret.txt"),
    ] {
        for word in command.iter_mut().filter(|word| *word == place) {
            value.clone_into(word);
        }
    }
    // The mock is in the real one's place.
    let mut replaced = vec![("--token-url", mock.token_url())];
    replaced.extend(mock.issuer().map(|issuer| ("--issuer", issuer.to_owned())));
    for (option, value) in replaced {
        if !command.iter().any(|word| word == option) {
            command.extend([option.to_owned(), value]);
        }
    }
    command.push("--no-cache".into());
    let mut finished = machine.tokenring(&command[1..]).finish();
    let mut requests = 1;
    if gateway.request().jwt_is_token() {
        // Nothing is requested, and it is the API that sees what was signed.
        finished.has_code(0);
        let api = mock.api_url(ApiAccess::Bearer, "hello");
        let call = ["call-api", "--url", &api];
        let options = command[2..].iter().map(String::as_str);
        let call: Vec<&str> = call.into_iter().chain(options).collect();
        finished = machine.tokenring(&call).finish();
        requests = 0;
    }
    let (header, refusal) = seen.lock().unwrap().clone();
    assert_eq!(
        (finished.code(), refusal),
        (Some(0), None),
        "{made:#?}\n{finished:#?}"
    );
    assert_eq!(mock.issued_tokens(), requests, "{made:#?}");
    let alg = format!("\"alg\":\"{algorithm}\"");
    let header = header.replace("\": ", "\":");
    assert!(header.contains(&alg), "{header}: {made:#?}");
    assert_eq!(
        complaints(&finished.stderr),
        [""; 0],
        "{made:#?}\n{finished:#?}"
    );
    doctor(&machine, &command, &made);
}

/// doctor, with the options of the command, has nothing against the key and its names either.
#[track_caller]
fn doctor(machine: &Machine, command: &[String], made: &Finished) {
    let mut options: Vec<&str> = command[2..].iter().map(String::as_str).collect();
    options.retain(|option| *option != "--no-cache");
    let report = machine.tokenring([&["doctor"], &options[..]].concat());
    // Nothing but the mock is asked for: what is not on this machine goes to a port of nobody's.
    let report = report
        .with_variable("HTTPS_PROXY", "http://127.0.0.1:9")
        .finish();
    let text = report.text();
    assert!(text.contains("\nok       token "), "{text}");
    let of_network = ["configuration", "proxy", "metadata"];
    let mut found = complaints(text);
    let is_small = text.contains("                       key is 2048 bits, wanted: ");
    found.retain(|line| match line.split_whitespace().nth(1) {
        Some("assertion") => !is_small,
        step => step.is_none_or(|step| !of_network.contains(&step)),
    });
    assert_eq!(found, [""; 0], "{made:#?}\n{text}");
}

/// The lines that mind something, but for the size of the small keys of these tests, and for what
/// the client has to bring besides its key.
fn complaints(text: &str) -> Vec<&str> {
    let minds = |line: &&str| {
        let line = line.trim_start();
        ["warning", "failure", "not all as"]
            .iter()
            .any(|word| line.contains(word))
            && !line.contains(" bits")
            && !line.contains("TLS client certificate")
    };
    text.lines().filter(minds).collect()
}

fn arguments(gateway: &Gateway, algorithm: Algorithm) -> Vec<String> {
    let mut arguments: Vec<String> = ["generate-keys", "--gateway", gateway.name(), "--alg"]
        .map(str::to_owned)
        .into();
    arguments.push(algorithm.name().to_owned());
    if let Some(flow) = gateway.flow() {
        arguments.extend(["--flow".to_owned(), flow.to_owned()]);
    }
    if algorithm.key_type() == KeyType::Rsa {
        let least = gateway.key().minimum_rsa_bits().unwrap_or(2048);
        arguments.extend(["--key-type".to_owned(), format!("rsa-{least}")]);
    }
    for variable in gateway.variables() {
        let value = variable.example().unwrap();
        arguments.extend(["--var".to_owned(), format!("{}={value}", variable.name())]);
    }
    if gateway.key().registrations() == [Registration::Certificate] {
        arguments.push("--x509".into());
    }
    arguments
}

/// What the mock gets, of the file that is said to be what the gateway gets.
#[track_caller]
fn registered(made: &Finished, machine: &Machine) -> JwkSource {
    let mut lines = made.stderr.lines().filter(|line| line.ends_with(MARK));
    let (Some(line), None) = (lines.next(), lines.next()) else {
        unreachable!("{made:#?}");
    };
    let file = line.split_whitespace().next().unwrap();
    if file.ends_with(".pub") {
        let public_key = PublicKey::from_spki_pem(&machine.read(file)).unwrap();
        return JwkSource::PublicKey(public_key);
    }
    JwkSource::File(machine.work().join(file))
}

fn mock(
    gateway: &Gateway,
    keys: JwkSource,
    registration: ClientRegistration,
    seen: Arc<Mutex<(String, Option<&'static str>)>>,
) -> MockGateway {
    let environments = gateway.environments();
    let first = gateway.environment(None).ok().or(environments.first());
    let environment = first.unwrap();
    let client = gateway.assertion().written_client_id(CLIENT);
    let mut mock = MockGateway::builder()
        .with_gateway(gateway)
        .with_environment(environment.name())
        .with_client(client.clone(), keys)
        .with_client_registration(client, registration)
        .with_observer(move |event: &Event| {
            let refusal = event.refusal().map(|refusal| refusal.rule());
            let header = event.header().unwrap_or_default();
            *seen.lock().unwrap() = (header.to_owned(), refusal);
        });
    for variable in gateway.variables() {
        mock = mock.with_variable(variable.name(), variable.example().unwrap());
    }
    let mut accepted = gateway.assertion().accepted_audiences().iter();
    let takes_issuer = accepted.any(|rule| matches!(rule, AudienceRule::Issuer));
    if takes_issuer && environment.issuer().is_none() {
        mock = mock.with_issuer(OPEN);
    }
    mock.start().unwrap()
}

/// The words of the command, as a shell reads them.
#[track_caller]
fn printed_command(made: &Finished) -> Vec<String> {
    let mut lines = made.stderr.lines();
    let command = lines.find_map(|line| Some(line.split_once("Get a token: ")?.1));
    let mut words = Vec::new();
    let mut word = String::new();
    let mut is_quoted = false;
    let mut characters = command.unwrap().chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' => is_quoted = !is_quoted,
            '\\' if !is_quoted => word.extend(characters.next()),
            ' ' if !is_quoted => words.push(std::mem::take(&mut word)),
            _ => word.push(character),
        }
    }
    words.push(word);
    words
}

#[test]
fn every_curve() {
    let types = [
        KeyType::P256,
        KeyType::P384,
        KeyType::P521,
        KeyType::Ed25519,
    ];
    let count = check(&types, |_| true);
    assert!(count >= 30, "{count}");
}

#[test]
fn rsa_with_padding_of_pkcs1() {
    let count = check(&[KeyType::Rsa], |it| it.name().starts_with("RS"));
    assert!(count >= 20, "{count}");
}

#[test]
fn rsa_with_padding_of_pss() {
    let count = check(&[KeyType::Rsa], |it| it.name().starts_with("PS"));
    assert!(count >= 20, "{count}");
}
