use integration_tests::peer;
use serde_json::{Value, json};

use crate::authority::{Authority, Validity};
use crate::desk::Desk;
use crate::provider::Provider;

#[test]
fn private_authority() {
    let Some((site, provider)) = Site::open("IP:127.0.0.1", Validity::Today) else {
        return;
    };
    assert!(provider.issuer().starts_with("https://127.0.0.1:"));
    let trusting = ["--ca-cert", &site.authority.certificate()];
    site.desk
        .get_token(&provider, "client", &trusting)
        .prints_token();
    provider.granted("client");
    let call = [&trusting[..], &["--url", provider.api()]].concat();
    let echo = site.desk.call_api(&provider, "client", &call).prints_echo();
    assert_eq!(echo["client_id"], "client");
    provider.granted("client");

    // One that somebody else runs under the same name.
    let openssl = peer::openssl().unwrap();
    let namesake = Authority::new(&openssl);
    site.is_unreachable(
        &provider,
        &["--ca-cert", &namesake.certificate()],
        "the certificate of HOST is rejected",
    );
    site.is_unreachable(
        &provider,
        &[],
        "the certificate of HOST is rejected: its issuer (CN=Test authority, do not trust) is not trusted",
    );
    let plain = provider.token_endpoint().replace("https:", "http:");
    site.is_unreachable(
        &provider,
        &["--token-url", &plain],
        "HOST closed the connection before it answered",
    );
    provider.stop();
}

#[test]
fn certificate_for_another_name() {
    for name in ["DNS:other.example", "DNS:localhost", "IP:127.0.0.2"] {
        let Some((site, provider)) = Site::open(name, Validity::Today) else {
            return;
        };
        site.is_unreachable(
            &provider,
            &["--ca-cert", &site.authority.certificate()],
            "the certificate of HOST is rejected: it is for another name: check the host in the URL",
        );
        provider.stop();
    }
}

#[test]
fn expired_certificate() {
    let Some((site, provider)) = Site::open("IP:127.0.0.1", Validity::LongAgo) else {
        return;
    };
    site.is_unreachable(
        &provider,
        &["--ca-cert", &site.authority.certificate()],
        "the certificate of HOST is rejected: it has expired: check the clock of this machine, \
         else tell the server's operator",
    );
    provider.stop();
}

#[test]
fn no_tls() {
    let desk = Desk::new();
    let Some(provider) = Provider::start(&json!({ "clients": [] })) else {
        return;
    };
    desk.generate_keys("client", "ES256");
    let url = provider.token_endpoint().replace("http:", "https:");
    let line = desk
        .get_token(&provider, "client", &["--token-url", &url])
        .fails(5);
    assert!(
        line.contains("does not speak TLS: check scheme and port of the URL"),
        "{line}"
    );
    provider.stop();
}

/// An authority, and somebody who may or may not trust it.
struct Site {
    authority: Authority,
    desk: Desk,
}

impl Site {
    /// Starts a provider with a certificate for this name.
    #[track_caller]
    fn open(name: &str, validity: Validity) -> Option<(Self, Provider)> {
        let site = Self {
            authority: Authority::new(&peer::openssl()?),
            desk: Desk::new(),
        };
        let client: Value = site.desk.register("client", "ES256");
        let tls = site.authority.issue(name, validity);
        let provider = Provider::start(&json!({ "clients": [client], "tls": tls }))?;
        Some((site, provider))
    }

    /// The exit code is 5, and the provider heard of nothing.
    #[track_caller]
    fn is_unreachable(&self, provider: &Provider, options: &[&str], words: &str) {
        let line = self.desk.get_token(provider, "client", options).fails(5);
        let (_, host) = provider.issuer().split_once("://").unwrap();
        let words = words.replace("HOST", host);
        assert!(line.contains(&words), "{line}");
    }
}
