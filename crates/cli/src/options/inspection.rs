use tokenring_assertion::NumericDate;
use zeroize::Zeroizing;

use super::value::seconds_of_time;
use super::{
    ClientOptions, ConnectionOptions, Effective, GatewayOptions, ReportOptions, Row, Value,
    options, positional,
};
use crate::failure::{Failure, Reason, Result};
use crate::setting::Setting;

options! {
    /// A JWT that is looked at, and what it is held against.
    struct InspectionOptions {
        /// The JWT; from standard input by default
        jwt: Option<Zeroizing<String>> = "jwt" "JWT|@FILE|-";
        /// JWK Set or public key that the signature is verified with
        jwks: Option<Setting<String>> = "jwks" "FILE|URL";
        /// Time to judge by, RFC 3339 or seconds [default: now]
        at: Option<Setting<NumericDate>> = "at" "TIME";
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
