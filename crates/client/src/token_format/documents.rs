use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;
use tokenring_assertion::NumericDate;
use tokenring_token_store::Token;

use super::exec_version::ExecVersion;
use super::scheme::scheme;

/// The JSON that some forms are.
pub(super) struct Document<'t>(pub(super) &'t Token);

impl Document<'_> {
    pub(super) fn json(&self, now: NumericDate) -> Value {
        /// What is said below, or nothing: never a server's value of another form.
        const OWN: [&str; 2] = ["expires_at", "expires_at_rfc3339"];
        let seconds = self.0.expires_at().map(NumericDate::as_seconds);
        let mut members = self.0.members().secret_members();
        members.retain(|name, _| !OWN.contains(&name.as_str()));
        let own = object([
            ("access_token", Some(self.0.access_token().secret().into())),
            ("token_type", Some(self.0.token_type().into())),
            ("jkt", self.0.key_thumbprint().map(Value::from)),
            ("scope", self.0.scope().map(Value::from)),
            (
                "expires_in",
                seconds.map(|at| at.saturating_sub(now.as_seconds()).into()),
            ),
            ("expires_at", seconds.map(Value::from)),
            ("expires_at_rfc3339", self.expires_at_rfc3339()),
        ]);
        if let Value::Object(own) = own {
            members.extend(own);
        }
        Value::Object(members)
    }

    /// `ExecCredential`, whose status is the same in either version.
    ///
    /// It ends before the token does: Kubernetes' client sends a token until that moment, and one
    /// that expires on its way is rejected.
    pub(super) fn exec_credential(&self, version: ExecVersion) -> Value {
        let status = object([
            ("token", Some(self.0.access_token().secret().into())),
            ("expirationTimestamp", self.renewal_rfc3339()),
        ]);
        object([
            ("apiVersion", Some(version.name().into())),
            ("kind", Some("ExecCredential".into())),
            ("status", Some(status)),
        ])
    }

    /// The response of the credential helper protocol.
    pub(super) fn credential_helper(&self) -> Value {
        let value = format!("{} {}", scheme(self.0), self.0.access_token().secret());
        let headers = object([("Authorization", Some(vec![value].into()))]);
        object([
            ("headers", Some(headers)),
            ("expires", self.expires_at_rfc3339()),
        ])
    }

    fn renewal_rfc3339(&self) -> Option<Value> {
        /// What a request may take, in seconds.
        const MARGIN: u64 = 30;
        let (from, to) = (self.0.obtained_at(), self.0.expires_at()?);
        let lifetime = to.as_seconds().saturating_sub(from.as_seconds());
        let end = to.as_seconds().saturating_sub(MARGIN.min(lifetime / 10));
        Some(rfc3339(NumericDate::from_seconds(end)).into())
    }

    fn expires_at_rfc3339(&self) -> Option<Value> {
        self.0.expires_at().map(|at| rfc3339(at).into())
    }
}

/// A JSON object of the members that have a value.
fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let mut object = serde_json::Map::new();
    for (name, value) in members {
        if let Some(value) = value {
            object.insert(name.to_owned(), value);
        }
    }
    Value::Object(object)
}

/// 9999-12-31T23:59:59Z.
const LAST_SECOND: u64 = 253_402_300_799;

/// A time in UTC as RFC 3339 section 5.6 writes it.
fn rfc3339(at: NumericDate) -> String {
    // The form has four digits for the year.
    let seconds = at.as_seconds().min(LAST_SECOND);
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(seconds)).to_string()
}
