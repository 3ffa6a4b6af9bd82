//! Maven's artifacts of `conformance/sdk/java`, in one program.

use std::process::Command;

use integration_tests::peer;
use integration_tests::scratch::Scratch;
use tokenring_gateway::Gateway;
use tokenring_mock_gateway::MockGateway;

use crate::case::Wait::TooShort;
use crate::course::Outcome::{Error, Token};
use crate::sdk::{Expected, Sdk, Trust};
use crate::trust_store;

#[test]
fn google_auth() {
    let Some(sdk) = sdk("com.google.auth:google-auth-library-oauth2-http", "google") else {
        return;
    };
    sdk.check(&Expected {
        outcomes: [Token(1), Error(1), Token(2), Token(2), Token(2)],
        waits: [TooShort, TooShort],
    });
}

#[test]
fn okta_sdk() {
    let Some(sdk) = sdk("com.okta.sdk:okta-sdk-api", "okta") else {
        return;
    };
    sdk.with_variable("domain", "example.okta.com")
        .check(&Expected {
            outcomes: [Token(1), Error(1), Token(2), Token(2), Error(1)],
            waits: [TooShort, TooShort],
        });
}

/// Reads a URL of Google's with what the JDK has for it.
const PROBE: &str = r#"
import java.net.URI;
import javax.net.ssl.HttpsURLConnection;

class Probe {
  public static void main(String[] arguments) throws Exception {
    var url = URI.create("https://oauth2.googleapis.com/token").toURL();
    System.out.print(((HttpsURLConnection) url.openConnection()).getResponseCode());
  }
}
"#;

#[test]
fn properties_of_the_readme() {
    let remedy = "install a JDK, 17 or later";
    if peer::find("javac", "-version", remedy).is_none() {
        return;
    }
    let google = Gateway::builtin("google").unwrap();
    let builder = MockGateway::builder().with_gateway(&google);
    let gateway = builder.with_tls_proxy().start().unwrap();
    let scratch = Scratch::new();
    let certificate = gateway.ca_certificate().unwrap();
    let _path = scratch.write("ca.pem", certificate.as_bytes());
    let probe = scratch.write("Probe.java", PROBE.as_bytes());
    let output = Command::new("java")
        .args(trust_store::make(
            scratch.path(),
            &gateway.proxy_url().unwrap(),
        ))
        .arg(probe)
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let events = gateway.events();
    let [event] = events.as_slice() else {
        panic!("not one request: {events:?}");
    };
    assert_eq!(event.host(), Some("https://oauth2.googleapis.com"));
    assert_eq!(output.stdout, event.status().to_string().as_bytes());
}

fn sdk(artifact: &'static str, gateway: &'static str) -> Option<Sdk> {
    let program = peer::optional_installation("sdk-java/target/sdks-1.jar")?;
    let folder = program.parent()?;
    let path = format!("{}:{}/libraries/*", program.display(), folder.display());
    let arguments = ["-cp", &path, "peer.Sdks", artifact].map(Into::into);
    let sdk = Sdk::new(artifact, gateway, "java".into(), arguments.into());
    Some(sdk.with_trust(Trust::Java))
}
