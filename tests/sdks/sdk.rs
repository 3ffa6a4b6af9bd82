use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use integration_tests::fixtures;
use integration_tests::peer;
use integration_tests::scratch::Scratch;
use tokenring_gateway::Gateway;
use tokenring_jwk::{Jwk, JwkSet, KeyId, PublicKey};
use tokenring_mock_gateway::{JwkSource, MockGateway};

use crate::case::{CASES, Case, RETRY_AFTER, Wait};
use crate::course::{Course, Outcome};
use crate::inspection;
use crate::report::{self, Report};
use crate::trust_store;

const CLIENT: &str = "me@example.com";
const KEY: &str = "keys/test-rsa-2048-pkcs8.pem";
const CERTIFICATE: &str = "keys/test-rsa-2048-certificate.pem";

/// A vendor's SDK, and the gateway that it is for.
pub(crate) struct Sdk {
    name: &'static str,
    gateway: &'static str,
    environment: Option<&'static str>,
    variable: Option<(&'static str, &'static str)>,
    /// What runs the script.
    program: PathBuf,
    /// The script, and what else comes before the key, the client ID and the certificate.
    arguments: Vec<OsString>,
    trust: Trust,
    registration: Registration,
}

/// How a program is told of the proxy and its certificate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    Environment,
    /// Properties of Java, as the mock's README says.
    Java,
}

/// What the vendor knows the client's key by.
#[derive(Clone, Copy)]
pub(crate) enum Registration {
    JwkSet,
    Certificate,
}

/// What has to come of each case, in the order of `CASES`, and of a `Retry-After` at 429 and 503.
pub(crate) struct Expected {
    pub(crate) outcomes: [Outcome; 5],
    pub(crate) waits: [Wait; 2],
}

impl Sdk {
    /// An SDK of a gateway without variables, whose client is registered with a JWK Set.
    pub(crate) fn new(
        name: &'static str,
        gateway: &'static str,
        program: PathBuf,
        arguments: Vec<OsString>,
    ) -> Self {
        Self {
            name,
            gateway,
            environment: None,
            variable: None,
            program,
            arguments,
            trust: Trust::Environment,
            registration: Registration::JwkSet,
        }
    }

    pub(crate) fn with_environment(mut self, name: &'static str) -> Self {
        self.environment = Some(name);
        self
    }

    pub(crate) fn with_variable(mut self, name: &'static str, value: &'static str) -> Self {
        self.variable = Some((name, value));
        self
    }

    pub(crate) fn with_registration(mut self, registration: Registration) -> Self {
        self.registration = registration;
        self
    }

    pub(crate) fn with_trust(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// Runs the SDK once for each case.
    #[track_caller]
    pub(crate) fn check(&self, expected: &Expected) {
        let mut report = Report::new(self.name, self.gateway);
        let mut wrong = Vec::new();
        for (case, outcome) in CASES.into_iter().zip(expected.outcomes) {
            let course = self.run(case);
            if course.outcome != outcome {
                wrong.push(format!("{case}: {course}, expected {outcome:?}"));
            }
            if let Some(complaint) = &course.complaint {
                wrong.push(format!("{case}: inspect {complaint}"));
            }
            report.add(case, &course);
        }
        // They take seconds, and CI has seen enough by now.
        if !peer::is_ci() {
            for (case, wait) in RETRY_AFTER.into_iter().zip(expected.waits) {
                let course = self.run(case);
                let found = Wait::of(&course);
                if found != wait {
                    wrong.push(format!("{case}: {found:?} ({course}), expected {wait:?}"));
                }
                report.add_wait(case, &course);
            }
        }
        report::write(&report);
        assert!(wrong.is_empty(), "{}:\n{}", self.name, wrong.join("\n"));
    }

    #[track_caller]
    fn run(&self, case: Case) -> Course {
        let gateway = self.start(case);
        let scratch = Scratch::new();
        let authority = scratch.path().join("ca.pem");
        std::fs::write(&authority, gateway.ca_certificate().unwrap()).unwrap();
        let proxy = gateway.proxy_url().unwrap();
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .arg(fixtures::path(KEY))
            .arg(CLIENT)
            .arg(fixtures::path(CERTIFICATE))
            .env_clear()
            .env("HOME", scratch.path())
            .env("HTTPS_PROXY", &proxy)
            .env("SSL_CERT_FILE", &authority)
            .env("REQUESTS_CA_BUNDLE", &authority)
            .env("NODE_EXTRA_CA_CERTS", &authority)
            .env("NODE_USE_ENV_PROXY", "1")
            // After a token @salesforce/core looks up its instance's host for four minutes.
            .env("SF_DOMAIN_RETRY", "0")
            .current_dir(scratch.path());
        if self.trust == Trust::Java {
            let properties = trust_store::make(scratch.path(), &proxy);
            command.env("JAVA_TOOL_OPTIONS", properties.join(" "));
        }
        let output = command.output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{printed}{complaint}");
        let complaint = inspection::complaint(&gateway, &self.options(), CERTIFICATE);
        Course::new(&printed, &gateway, complaint)
    }

    /// The options by which `tokenring` is told of the gateway.
    fn options(&self) -> Vec<String> {
        let mut options = vec![format!("--gateway={}", self.gateway)];
        options.extend(self.environment.map(|name| format!("--env={name}")));
        let variable = self.variable;
        options.extend(variable.map(|(name, value)| format!("--var={name}={value}")));
        options
    }

    fn start(&self, case: Case) -> MockGateway {
        let gateway = Gateway::builtin(self.gateway).unwrap();
        let mut builder = MockGateway::builder()
            .with_gateway(&gateway)
            .with_tls_proxy();
        if let Some(environment) = self.environment {
            builder = builder.with_environment(environment);
        }
        if let Some((name, value)) = self.variable {
            builder = builder.with_variable(name, value);
        }
        if let Some(faults) = case.faults() {
            builder = builder.with_faults(faults);
        }
        let is_stranger = matches!(case, Case::Refusal);
        let client = if is_stranger { "another" } else { CLIENT };
        let gateway = builder.with_client(client, self.keys()).start().unwrap();
        if let Some(answer) = case.answer() {
            gateway.answer_next(answer);
        }
        gateway
    }

    fn keys(&self) -> JwkSource {
        match self.registration {
            Registration::Certificate => JwkSource::File(fixtures::path(CERTIFICATE)),
            Registration::JwkSet => {
                let pem = fixtures::text("keys/test-rsa-2048-public.pem");
                let jwk = Jwk::new(PublicKey::from_spki_pem(&pem).unwrap());
                JwkSet::from_iter([jwk.with_key_id(KeyId::new("test-1"))]).into()
            }
        }
    }
}

/// Where the scripts are.
pub(crate) fn script(file: &str) -> OsString {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/sdk");
    folder.join(file).into_os_string()
}
