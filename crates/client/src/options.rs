//! What a builder was given, a plain struct for each concern.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokenring_gateway::DpopRule;
use tokenring_keystore::{KeyFileContents, PassphraseSource};
use tokenring_oauth::{CaStore, Transport};
use tokenring_token_store::{Mode, Store};
use zeroize::Zeroizing;

use crate::dpop_key::DpopKey;
use crate::key_source::{ExternalKey, KeySource, is_pkcs11_uri};
use crate::{ClockSkewPolicy, Purpose};

/// Which gateway, and what stands in place of its own values.
#[derive(Clone, Default)]
pub(crate) struct GatewayOptions {
    pub(crate) name: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) flow: Option<String>,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) token_url: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) audience: Option<String>,
    pub(crate) assertion_issuer: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) purpose: Purpose,
}

/// What the assertion says.
#[derive(Clone, Default)]
pub(crate) struct AssertionOptions {
    pub(crate) client_id: Option<String>,
    pub(crate) lifetime: Option<Duration>,
    pub(crate) typ: Option<String>,
    pub(crate) claims: Vec<(String, Value)>,
    pub(crate) skip_lint: bool,
}

/// Which key signs, and how it is named.
#[derive(Clone, Default)]
pub(crate) struct KeyOptions {
    pub(crate) name: Option<PathBuf>,
    pub(crate) contents: Option<Arc<KeyFileContents>>,
    pub(crate) external: Option<ExternalKey>,
    pub(crate) sources: Vec<Arc<dyn KeySource>>,
    pub(crate) key_id: Option<String>,
    pub(crate) key_id_scheme: Option<String>,
    pub(crate) certificate: Option<PathBuf>,
    pub(crate) algorithm: Option<String>,
    pub(crate) public_key: Option<PathBuf>,
    pub(crate) passphrase: Option<PassphraseSource>,
    #[cfg(feature = "pkcs11")]
    pub(crate) pin: Option<Arc<dyn Fn() -> tokenring_pkcs11::PinSource + Send + Sync>>,
    pub(crate) signer_command: Option<String>,
    pub(crate) signer_timeout: Option<Duration>,
    #[cfg(feature = "signer-command")]
    pub(crate) signer_spawn: Option<tokenring_signer_command::Spawn>,
}

impl KeyOptions {
    /// The key's name, unless that may hold a PIN.
    pub(crate) fn shown_name(&self) -> Option<String> {
        let name = self.name.as_ref()?.display().to_string();
        Some(match is_pkcs11_uri(&name) {
            true => "pkcs11:…".into(),
            false => name,
        })
    }
}

/// What the token request holds in addition to the assertion.
#[derive(Clone, Default)]
pub(crate) struct RequestOptions {
    pub(crate) scope: Option<String>,
    pub(crate) parameters: Vec<(String, Zeroizing<String>)>,
    pub(crate) headers: Vec<(String, Zeroizing<String>)>,
    pub(crate) secret_client_id: bool,
    pub(crate) send_client_id: bool,
}

/// What tokens are bound to.
#[derive(Clone, Default)]
pub(crate) struct BindingOptions {
    /// Whether they are bound by DPoP; none for the gateway's rule.
    pub(crate) dpop: Option<DpopRule>,
    pub(crate) key: DpopKey,
    /// Where a proof key of this user is kept, in place of the platform's folder.
    pub(crate) state_folder: Option<PathBuf>,
}

/// How servers are reached.
#[derive(Clone, Default)]
pub(crate) struct ConnectionOptions {
    pub(crate) ca_certificates: Vec<PathBuf>,
    pub(crate) ca_store: CaStore,
    pub(crate) proxy: ProxyOption,
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempts: Option<u32>,
    pub(crate) clock_skew: ClockSkewPolicy,
    pub(crate) transport: Option<Arc<dyn Transport + Send + Sync>>,
}

/// Which proxy.
#[derive(Clone, Default)]
pub(crate) enum ProxyOption {
    #[default]
    Environment,
    None,
    Url(Zeroizing<String>),
}

/// Where tokens are kept.
#[derive(Clone)]
pub(crate) struct StoreOptions {
    pub(crate) choice: StoreChoice,
    /// Whether there is none, whatever the choice.
    pub(crate) is_off: bool,
    pub(crate) mode: Mode,
    pub(crate) minimum_lifetime: Duration,
}

/// Which store.
#[derive(Clone, Default)]
pub(crate) enum StoreChoice {
    #[default]
    Platform,
    Directory(PathBuf),
    Given(Arc<dyn Store>),
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            choice: StoreChoice::Platform,
            is_off: false,
            mode: Mode::Normal,
            minimum_lifetime: Duration::ZERO,
        }
    }
}
