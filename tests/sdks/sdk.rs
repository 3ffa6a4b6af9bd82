use std::path::{Path, PathBuf};
use std::process::Command;

use integration_tests::fixtures;
use integration_tests::scratch::Scratch;
use tokenring_gateway::Gateway;
use tokenring_jwk::{Jwk, JwkSet, KeyId, PublicKey};
use tokenring_mock_gateway::{Faults, JwkSource, MockGateway};

use crate::course::{Course, Outcome};
use crate::report;

const CLIENT: &str = "me@example.com";
const KEY: &str = "keys/test-rsa-2048-pkcs8.pem";
const CERTIFICATE: &str = "keys/test-rsa-2048-certificate.pem";

/// A vendor's SDK, and the gateway that it is for.
pub(crate) struct Sdk {
    pub(crate) name: &'static str,
    pub(crate) gateway: &'static str,
    pub(crate) environment: Option<&'static str>,
    pub(crate) variable: Option<(&'static str, &'static str)>,
    /// What runs the script.
    pub(crate) program: PathBuf,
    pub(crate) script: &'static str,
    pub(crate) registration: Registration,
}

/// What the vendor knows the client's key by.
#[derive(Clone, Copy)]
pub(crate) enum Registration {
    JwkSet,
    Certificate,
}

impl Sdk {
    /// Runs the SDK once for each case: its name, the mock's faults (or `stranger` for a client that
    /// is not registered), and what has to come of it.
    #[track_caller]
    pub(crate) fn check(&self, cases: &[(&'static str, &str, Outcome)]) {
        let mut courses = Vec::new();
        let mut wrong = Vec::new();
        for (case, fault, expected) in cases {
            let course = self.run(fault);
            if course.outcome != *expected {
                wrong.push(format!("{case}: {course}, expected {expected:?}"));
            }
            courses.push((*case, course));
        }
        report::write(self.name, self.gateway, &courses);
        assert!(wrong.is_empty(), "{}:\n{}", self.name, wrong.join("\n"));
    }

    fn run(&self, fault: &str) -> Course {
        let gateway = self.start(fault);
        let scratch = Scratch::new();
        let authority = scratch.path().join("ca.pem");
        std::fs::write(&authority, gateway.ca_certificate().unwrap()).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/sdk");
        let proxy = gateway.proxy_url().unwrap();
        let output = Command::new(&self.program)
            .arg(script.join(self.script))
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
            .current_dir(scratch.path())
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{printed}{complaint}");
        Course::new(&printed, &gateway)
    }

    fn start(&self, fault: &str) -> MockGateway {
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
        let is_stranger = fault == "stranger";
        if !is_stranger && !fault.is_empty() {
            builder = builder.with_faults(fault.parse::<Faults>().unwrap());
        }
        let client = if is_stranger { "another" } else { CLIENT };
        builder.with_client(client, self.keys()).start().unwrap()
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
