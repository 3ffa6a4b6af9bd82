//! Lines that people type because another program has taught them to.

use crate::process::{Machine, Run, mode, names_in};
use crate::transcript::Transcript;

/// The commands of the guide to the script that this program follows, with a server on loopback.
const GUIDE: &[&str] = &[
    "generate-keys --api-key YOUR_API_KEY --env int --output-dir ./.auth",
    "generate-keys --api-key YOUR_API_KEY --env int --kid my-int-key-01 --output-dir ./.auth",
    "get-token --api-key YOUR_API_KEY --env int --private-key ./.auth/int-1.pem",
    "get-token --api-key YOUR_API_KEY --env int --kid my-int-key-01 \
     --private-key ./.auth/my-int-key-01.pem",
    "call-api --api-key YOUR_API_KEY --env int --private-key ./.auth/int-1.pem \
     --url http://127.0.0.1:1/patient-check/123 --nhs-number 1234567890",
    "call-api --api-key YOUR_API_KEY --env int --private-key ./.auth/int-1.pem \
     --url http://127.0.0.1:1/endpoint --header X-Correlation-ID:7d8f --header Accept:a/b",
    "call-api --api-key YOUR_API_KEY --env int --private-key ./.auth/int-1.pem --method POST \
     --url http://127.0.0.1:1/endpoint --header Content-Type:application/json",
];

/// A line, of which only the first command does what it says.
fn run(machine: &Machine, line: &str) -> Run {
    let run = machine.tokenring(line.split_whitespace());
    match line.starts_with("generate-keys") {
        true => run,
        false => run.with_variable("TOKENRING_EXPLAIN", "true"),
    }
}

#[test]
fn the_guide_without_a_gateway() {
    let machine = Machine::new();
    let mut texts = Transcript::new();
    for line in GUIDE {
        let finished = run(&machine, line).finish().has_code(2);
        assert!(
            finished.stderr.contains("TOKENRING_GATEWAY=nhs"),
            "{finished:?}"
        );
        texts.show(&finished);
    }
    assert!(machine.names().is_empty());
    let unknown = machine.tokenring(["get-token", "--env", "nowhere"]);
    texts.show(&unknown.finish().has_code(2));
    texts.check("familiar_lines/without_gateway");
}

#[test]
fn the_guide_with_a_gateway() {
    let by_variable = |run: Run| run.with_variable("TOKENRING_GATEWAY", "nhs");
    let machine = Machine::new();
    for line in GUIDE {
        by_variable(run(&machine, line)).finish().succeeds();
    }
    let made = names_in(&machine.work().join(".auth"));
    let expected = ["int-1", "my-int-key-01"];
    let expected =
        expected.map(|name| [".json", ".pem", ".pem.pub"].map(|end| format!("{name}{end}")));
    assert_eq!(made, expected.concat());
    let machine = Machine::new();
    let set = machine.tokenring(["config", "set", "gateway", "nhs"]);
    assert_eq!(set.finish().succeeds(), "");
    for line in GUIDE {
        run(&machine, line).finish().succeeds();
    }
}

#[test]
fn an_api_key_by_any_way() {
    let machine = Machine::new();
    let explain = || {
        let words = ["get-token", "--explain", "--gateway", "nhs", "--no-lint"];
        let run = machine.tokenring(words);
        machine.write(
            "k.pem",
            integration_tests::fixtures::text("keys/test-rsa-4096-pkcs8.pem"),
        );
        run.with_argument("--private-key=k.pem")
    };
    let shows = |run: Run| assert!(run.finish().succeeds().contains(r#""iss":"me""#));
    shows(explain().with_argument("--api-key=me"));
    shows(explain().with_variable("TOKENRING_API_KEY", "me"));
    shows(
        explain()
            .with_variable("TOKENRING_API_KEY", "me")
            .with_variable("TOKENRING_CLIENT_ID", "me"),
    );
    let mut texts = Transcript::new();
    let both = explain()
        .with_variable("TOKENRING_API_KEY", "me")
        .with_variable("TOKENRING_CLIENT_ID", "you");
    texts.show(&both.finish().has_code(2));
    machine.write_configuration("api-key = \"me\"\n");
    shows(explain());
    machine.tokenring(["config", "check"]).finish().succeeds();
    texts.check("familiar_lines/api_key");
}

#[test]
fn values_are_set_in_the_configuration() {
    let machine = Machine::new();
    let config = |words: &[&str]| machine.tokenring([&["config"], words].concat());
    let file = machine.home().join(".config/tokenring/config.toml");
    let set = |words: &[&str]| assert_eq!(config(words).finish().succeeds(), "");
    set(&["set", "gateway", "nhs"]);
    assert_eq!(mode(&file), 0o600);
    std::fs::write(
        &file,
        "# mine\ngateway = \"nhs\" # why\n\n[get-token]\nformat = \"json\"\n",
    )
    .unwrap();
    crate::process::set_mode(&file, 0o640);
    set(&["set", "--profile", "int", "env", "int"]);
    set(&["set", "api-key", "me"]);
    set(&["set", "gateway", "pca"]);
    let text = "# mine\ngateway = \"pca\" # why\nclient-id = \"me\"\n\n[get-token]\nformat = \"json\"\n\n\
                [profiles.int]\nenv = \"int\"\n";
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    assert_eq!(mode(&file), 0o640);
    assert_eq!(config(&["get", "gateway"]).finish().succeeds(), "pca\n");
    assert_eq!(
        config(&["get", "env", "--profile", "int"])
            .finish()
            .succeeds(),
        "int\n"
    );
    assert_eq!(
        config(&["get", "--", "--api-key"]).finish().succeeds(),
        "me\n"
    );
    let mut texts = Transcript::new();
    for (words, code) in [
        (&["get", "scope"][..], 3),
        (&["get"], 2),
        (&["get", "gateway", "nhs"], 2),
        (&["set", "gateway"], 2),
        (&["set", "gatway", "nhs"], 2),
        (&["set", "gateway", "nsh"], 3),
        (&["set", "var", "a=b"], 2),
        (&["check", "gateway"], 2),
    ] {
        texts.show(&config(words).finish().has_code(code));
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    texts.check("familiar_lines/config");
    let cache = machine.tokenring(["cache", "path", "--cache-dir", "kept"]);
    assert_eq!(cache.finish().succeeds(), "kept\n");
}
