//! The guide to the script that this program follows.

use integration_tests::fixtures;

use crate::process::{Machine, Run, names_in};
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
        machine.write("k.pem", fixtures::text("keys/test-rsa-4096-pkcs8.pem"));
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
