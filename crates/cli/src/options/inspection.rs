use std::path::PathBuf;

use tokenring_assertion::NumericDate;
use tokenring_oauth::{AccessToken, SecureUrl};
use zeroize::Zeroizing;

use super::help::API;
use super::value::seconds_of_time;
use super::{
    ClientOptions, ConnectionOptions, Effective, GatewayOptions, ReportOptions, Row, Value,
    options, positional,
};
use crate::bounded_file;
use crate::failure::{Failure, Reason, Result};
use crate::setting::Setting;

options! {
    /// The request that a DPoP proof is for.
    struct ProofOptions {
        /// Method of the request that a DPoP proof is for
        method: Option<Setting<String>> = "method" "METHOD" in API;
        /// URL of the request that a DPoP proof is for
        url: Option<Setting<SecureUrl>> = "url" "URL" in API;
        /// File with the access token that goes with a DPoP proof
        access_token: Option<Setting<PathBuf>> = "access-token-file" "FILE" in API;
    }

    /// The same for a proof that is made.
    struct MadeProofOptions {
        request: ProofOptions;
        /// Nonce that the server gave for a DPoP proof
        nonce: Option<Setting<String>> = "nonce" "NONCE" in API;
    }

    /// A JWT that is looked at, and what it is held against.
    struct InspectionOptions {
        /// The JWT; from standard input by default
        jwt: Option<Zeroizing<String>> = "jwt" "JWT|FILE|-";
        /// JWK Set or public key that the signature is verified with
        jwks: Option<Setting<String>> = "jwks" "FILE|URL";
        /// Time to judge by, RFC 3339 or seconds [default: now]
        at: Option<Setting<NumericDate>> = "at" "TIME";
        proof: ProofOptions;
        gateway: Option<GatewayOptions>;
        client: ClientOptions;
        report: ReportOptions;
        connection: ConnectionOptions;
        explanation: Option<Effective>;
    }
}

positional! {
    /// A JWT, or `@` and its file; [`None`] for standard input.
    Option<Zeroizing<String>>: Row::positional, |words| {
        let jwt = words.into_iter().next().filter(|word| word != "-");
        let jwt = jwt.map(|jwt| jwt.into_string().map(Zeroizing::new));
        jwt.transpose()
            .map_err(|_| Failure::usage("the JWT is not UTF-8, and so is none"))
    }
}

/// More than any access token that fits into a header.
const LARGEST_TOKEN: u64 = 64 * 1024;

impl ProofOptions {
    /// The access token, if a file of one is named.
    pub(crate) fn read_access_token(&self) -> Result<Option<AccessToken>> {
        let Some(file) = &self.access_token else {
            return Ok(None);
        };
        let path = file.value();
        let contents = bounded_file::read(path, LARGEST_TOKEN).map_err(|error| {
            let reason = Reason::new(format!("cannot read {}: {error}", path.display()));
            Failure::invalid("access-token-file", file, &reason)
        })?;
        let contents = Zeroizing::new(contents);
        let text = std::str::from_utf8(&contents).unwrap_or_default().trim();
        AccessToken::new(text).map(Some).map_err(|_| {
            let reason = Reason::new(format!("{} holds no access token", path.display()));
            Failure::invalid("access-token-file", file, &reason)
        })
    }
}

impl Value for NumericDate {
    fn parse(text: &str) -> Result<Self, Reason> {
        if let Ok(seconds) = text.parse() {
            return Ok(Self::from_seconds(seconds));
        }
        let seconds = seconds_of_time(text).map(Self::from_seconds);
        seconds.ok_or_else(|| Reason::new("a time is 2026-01-31T12:00:00Z, or seconds since 1970"))
    }

    fn shown(&self) -> String {
        self.as_seconds().to_string()
    }
}
