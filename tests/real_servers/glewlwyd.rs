//! Glewlwyd, Debian's package: its OpenID Connect plugin, with a database of its own.

use std::process::Command;

use integration_tests::peer::{self, Program};
use integration_tests::scratch::Scratch;
use serde_json::{Value, json};

use crate::common_mistakes;
use crate::http;
use crate::key_ring::KeyRing;
use crate::key_table;
use crate::mistakes::{self, Right};
use crate::printed_commands;
use crate::report::Report;
use crate::rotation::{self, Rotation};
use crate::server::{self, Server};
use crate::site::{Facts, Site};

/// What it takes although others don't: `crit`, any algorithm of the key, and dates ahead.
const ACCEPTED: &[&str] = &[
    "crit",
    "another RSA algorithm",
    "PSS for PKCS #1",
    "nbf 10 min ahead",
    "iat 10 min ahead",
];
const SCOPE: &[&str] = &["--scope", "read"];
const SCHEMA: &str = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3";

/// Of the mistakes that are refused, those whose first cause is right.
const LEAST_RIGHT: usize = 28;

#[test]
fn glewlwyd() {
    let Some(glewlwyd) = Glewlwyd::start() else {
        return;
    };
    let ring = KeyRing::default();
    let mut report = Report::new("glewlwyd-2.7", &glewlwyd.facts);
    key_table::check(&glewlwyd, &key_table::ALGORITHMS, &ring, &mut report);
    let kinds = &printed_commands::KINDS;
    printed_commands::check(&glewlwyd, &[""], kinds, |_, _| true, &mut report);
    let rotation = Rotation {
        algorithm: "ES256",
        flow: &[],
        copies: &["--cache-seconds", "1"],
    };
    rotation::check(&glewlwyd, &rotation, &mut report);
    let mut right = Right::of(&glewlwyd.facts, &glewlwyd.facts.token_endpoint);
    right.scope = Some("read");
    let rows = common_mistakes::rows(ACCEPTED);
    mistakes::replay(&glewlwyd, &right, &rows, &ring, LEAST_RIGHT, &mut report);
    report.finish();
}

struct Glewlwyd {
    facts: Facts,
    api: String,
    cookie: String,
    _server: Server,
    _files: Scratch,
}

impl Glewlwyd {
    fn start() -> Option<Self> {
        let program = peer::find_optional("glewlwyd", "--version")?;
        let version = program.expect(&["--version"], b"");
        let files = Scratch::new();
        let database = files.path().join("database").display().to_string();
        let script = format!("sqlite3 '{database}' < {SCHEMA}");
        let _ = Program::new("sh").expect(&["-c", &script], b"");
        let port = server::free_port();
        let base = format!("http://127.0.0.1:{port}");
        let configuration = files.write("glewlwyd.conf", configuration(port, &database).as_bytes());
        let mut command = Command::new("glewlwyd");
        command.args(["-c", &configuration]);
        let server = Server::start(&command, &format!("{base}/config"));
        let api = format!("{base}/api");
        let issuer = format!("{api}/oidc");
        let facts = Facts {
            program: "Glewlwyd",
            version: String::from_utf8(version).unwrap().trim().to_owned(),
            gateway: "generic",
            variables: Vec::new(),
            names_issuer: false,
            token_endpoint: format!("{issuer}/token"),
            issuer,
        };
        let mut glewlwyd = Self {
            facts,
            api,
            cookie: String::new(),
            _server: server,
            _files: files,
        };
        glewlwyd.prepare();
        Some(glewlwyd)
    }

    /// Signs the administrator of the package in, and adds the plugin and a scope.
    fn prepare(&mut self) {
        // The password of every new database of it.
        let credentials = json!({ "username": "admin", "password": "password" });
        self.cookie = self.call("/auth/", &credentials);
        let scope = json!({
            "name": "read", "display_name": "read", "description": "test", "password_required": false,
        });
        self.call("/scope", &scope);
        let key = KeyRing::default().key("rsa2048-a");
        let plugin = json!({
            "module": "oidc", "name": "oidc", "display_name": "oidc",
            "parameters": {
                "iss": self.facts.issuer,
                "jwt-type": "rsa", "jwt-key-size": "256",
                "key": key.private.to_pkcs8_pem().secret(), "cert": key.pem(),
                "access-token-duration": 300, "refresh-token-duration": 300, "code-duration": 60,
                "refresh-token-rolling": true, "allow-non-oidc": true,
                "auth-type-client-enabled": true, "auth-type-code-enabled": true,
                "auth-type-token-enabled": false, "auth-type-id-token-enabled": true,
                "auth-type-none-enabled": true, "auth-type-refresh-enabled": true,
                "auth-type-password-enabled": false, "auth-type-device-enabled": false,
                "scope": [], "jwks-show": true, "subject-type": "public",
                "request-parameter-allow": true, "request-uri-allow-https-non-secure": true,
                "request-maximum-exp": 3600, "encrypt-out-token-allow": false,
                "client-pubkey-parameter": "pubkey", "client-jwks-parameter": "jwks",
                "client-jwks_uri-parameter": "jwks_uri",
            },
        });
        self.call("/mod/plugin/", &plugin);
    }

    /// Posts to the administration's interface, and returns the cookie that came back.
    fn call(&self, path: &str, body: &Value) -> String {
        let url = format!("{}{path}", self.api);
        let headers = [
            ("content-type", "application/json"),
            ("cookie", self.cookie.as_str()),
        ];
        let headers = if self.cookie.is_empty() {
            &headers[..1]
        } else {
            &headers[..]
        };
        let answer = http::send("POST", &url, headers, Some(&body.to_string())).unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let cookie = answer.header("set-cookie").unwrap_or_default();
        cookie.split(';').next().unwrap_or_default().to_owned()
    }
}

impl Site for Glewlwyd {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn register(&self, client_id: &str, registration: &Value, keys: &KeyRing) {
        let mut client = json!({
            "client_id": client_id, "name": client_id, "description": "test", "source": "database",
            "confidential": true, "enabled": true, "scope": ["read"],
            "authorization_type": ["client_credentials"],
            "token_endpoint_auth_method": ["private_key_jwt"],
        });
        match registration.get("url-of") {
            Some(url) => client["jwks_uri"] = url.clone(),
            None => client["jwks"] = mistakes::key_set(registration, keys),
        }
        self.call("/client?source=database", &client);
    }

    fn options(&self) -> &[&'static str] {
        SCOPE
    }
}

fn configuration(port: u16, database: &str) -> String {
    format!(
        r#"port = {port}
bind_address = "127.0.0.1"
external_url = "http://127.0.0.1:{port}"
login_url = "login.html"
api_prefix = "api"
log_mode = "console"
log_level = "WARNING"
cookie_secure = 0
session_expiration = 3600
session_key = "GLEWLWYD2_SESSION_ID"
admin_session_authentication = "cookie"
profile_session_authentication = "cookie"
login_api_enabled = true
admin_scope = "g_admin"
profile_scope = "g_profile"
user_module_path = "/usr/lib/glewlwyd/user"
user_middleware_module_path = "/usr/lib/glewlwyd/user_middleware"
client_module_path = "/usr/lib/glewlwyd/client"
user_auth_scheme_module_path = "/usr/lib/glewlwyd/scheme"
plugin_module_path = "/usr/lib/glewlwyd/plugin"
hash_algorithm = "SHA512"
database = {{ type = "sqlite3"; path = "{database}"; }};
"#
    )
}
