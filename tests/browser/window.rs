use integration_tests::fixtures;
use integration_tests::peer::{self, Chromium, Tab};
use serde_json::Value;
use tokenring_assertion::{Claims, JoseHeader, JwtId, NumericDate};
use tokenring_jwk::ring::SigningKey;
use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId, PrivateKey, PublicKey};
use tokenring_mock_gateway::MockGateway;
use tokenring_oauth::{TokenEndpoint, TokenRequest, UreqTransport};

pub(crate) const CLIENT: &str = "test-client";
pub(crate) const KEY_ID: &str = "test-1";
/// The time of the gateway, in seconds since 1970.
pub(crate) const NOW: u64 = 1_764_000_000;

/// A gateway, and a browser that shows its page.
pub(crate) struct Window {
    pub(crate) gateway: Option<MockGateway>,
    browser: Chromium,
    tab: Tab,
}

impl Window {
    /// Opens the page of a gateway that has seen no request; `None` without a browser.
    pub(crate) fn open() -> Option<Self> {
        let mut browser = peer::chromium()?;
        let pem = fixtures::text("keys/test-rsa-2048-public.pem");
        let jwk = Jwk::new(PublicKey::from_spki_pem(&pem).unwrap());
        let gateway = MockGateway::builder()
            .with_client(CLIENT, JwkSet::from_iter([jwk.with_key_id(KEY_ID.into())]))
            .with_clock(|| std::time::UNIX_EPOCH + std::time::Duration::from_secs(NOW))
            .start()
            .unwrap();
        let tab = browser.open(&format!("{}/", gateway.base_url()));
        Some(Self {
            gateway: Some(gateway),
            browser,
            tab,
        })
    }

    pub(crate) fn gateway(&self) -> &MockGateway {
        self.gateway.as_ref().unwrap()
    }

    /// Asks for a token with our own client, whose assertion has this type and key ID.
    pub(crate) fn ask(&self, token_type: &str, key_id: &str) -> bool {
        let url = self.gateway().token_url();
        ask(&url, &url, token_type, key_id)
    }

    /// Asks at a URL of the gateway's with an assertion for this audience.
    pub(crate) fn ask_at(&self, url: &str, audience: &str) -> bool {
        ask(url, audience, "JWT", KEY_ID)
    }

    #[track_caller]
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        self.browser.evaluate(&self.tab, expression)
    }

    #[track_caller]
    pub(crate) fn text(&mut self, selector: &str) -> String {
        let expression = format!("document.querySelector({selector:?}).textContent");
        self.value(&expression).as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub(crate) fn wait_until(&mut self, condition: &str) {
        self.browser.wait_until(&self.tab, condition);
    }

    /// Waits until the page has this many requests.
    #[track_caller]
    pub(crate) fn wait_for_requests(&mut self, number: usize) {
        self.wait_until(&format!(
            "document.querySelectorAll('#requests > li').length === {number}"
        ));
    }

    pub(crate) fn type_text(&mut self, text: &str) {
        self.browser.type_text(&self.tab, text);
    }

    pub(crate) fn press_enter(&mut self) {
        self.browser.press(&self.tab, "Enter", 13, "\r");
    }

    pub(crate) fn press_tab(&mut self) {
        self.browser.press(&self.tab, "Tab", 9, "");
    }

    pub(crate) fn resize(&mut self, width: u32) {
        self.browser.resize(&self.tab, width, 900);
    }

    /// Opens another page in a tab of its own, and evaluates an expression there.
    #[track_caller]
    pub(crate) fn elsewhere(&mut self, url: &str, expression: &str) -> Value {
        let tab = self.browser.open(url);
        self.browser.evaluate(&tab, expression)
    }

    pub(crate) fn complaints(&self) -> &[String] {
        self.browser.complaints()
    }
}

fn ask(url: &str, audience: &str, token_type: &str, key_id: &str) -> bool {
    let endpoint = TokenEndpoint::new(url).unwrap();
    let key = PrivateKey::from_pem(&fixtures::text("keys/test-rsa-2048-pkcs8.pem")).unwrap();
    let signer = SigningKey::new(&key, Algorithm::Rs512).unwrap();
    let signer = signer.with_key_id(KeyId::new(key_id));
    let expiry = NumericDate::from_seconds(NOW + 150);
    let jwt_id = JwtId::random().unwrap();
    let claims = Claims::new(CLIENT, audience, jwt_id, expiry);
    let header = JoseHeader::new().with_token_type(token_type);
    let assertion = claims.sign_with(&header, &signer).unwrap();
    TokenRequest::client_credentials(&endpoint, assertion)
        .send(&UreqTransport::new())
        .is_ok()
}
