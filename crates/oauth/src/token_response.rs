use alloc::boxed::Box;
use alloc::string::String;
use core::time::Duration;

use serde_json::Value;
use tokenring_assertion::NumericDate;
use tokenring_jwk::JsonObject;

use crate::server_words::ServerWords;
use crate::{AccessToken, Error, ErrorResponse, HttpResponse, ResponseDefect};

/// An access token response
/// ([RFC 6749 section 5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)).
///
/// Strict about the token, lenient about what surrounds it: see
/// [`TokenResponse::parse`].
#[derive(Clone, Debug)]
pub struct TokenResponse {
    access_token: AccessToken,
    token_type: String,
    expires_in: Option<Duration>,
    issued_at: Option<NumericDate>,
    scope: Option<String>,
    date: Option<NumericDate>,
}

impl TokenResponse {
    /// The longest lifetime that [`TokenResponse::expires_in`] gives: 2^31 - 1
    /// seconds, 68 years.
    ///
    /// It can be added to any clock of today without overflow.
    pub const LONGEST_EXPIRES_IN: Duration = Duration::from_secs(0x7fff_ffff);

    /// Reads the response to a request for a bearer token.
    ///
    /// A token is taken only out of a response with status 200, out of one JSON
    /// object in UTF-8 without repeated members or text after it, if it is a
    /// `b64token` of the type that was asked for, in any case. The media type of
    /// the response is not looked at.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] for any other status, and for status 200 with an
    /// `error`, in place of the token or beside it. [`Error::UnusableResponse`] for a body
    /// that is no access token response, [`Error::MalformedAccessToken`].
    ///
    /// # Examples
    ///
    /// ```
    /// use core::time::Duration;
    /// use tokenring_oauth::{HttpResponse, TokenResponse};
    ///
    /// let body = br#"{"access_token":"mF_9.B5f-4.1JqM","token_type":"Bearer","expires_in":"599"}"#;
    /// let response = TokenResponse::parse(&HttpResponse::new(200, vec![], body.to_vec()))?;
    /// assert_eq!(response.access_token().secret(), "mF_9.B5f-4.1JqM");
    /// assert_eq!(response.expires_in(), Some(Duration::from_secs(599)));
    /// # Ok::<(), tokenring_oauth::Error>(())
    /// ```
    pub fn parse(response: &HttpResponse) -> Result<Self, Error> {
        Self::parse_as(response, "Bearer")
    }

    /// Reads the response to a request for a token of the given type.
    ///
    /// # Errors
    ///
    /// Those of [`TokenResponse::parse`].
    pub fn parse_as(response: &HttpResponse, token_type: &str) -> Result<Self, Error> {
        if response.status() != 200 {
            return Err(refused(response));
        }
        let object = JsonObject::parse(response.body())
            .map_err(|_| Error::UnusableResponse(defect_of(response.body())))?;
        let token = match (object.get("access_token"), object.get("error")) {
            (Some(Value::String(token)), error) if !is_error(error) => token,
            // Some servers write their errors with status 200. One with a token too
            // contradicts itself (RFC 6749 sections 5.1 and 5.2).
            (Some(Value::String(_)), _) | (_, Some(Value::String(_))) => {
                return Err(refused(response));
            }
            _ => return Err(Error::UnusableResponse(ResponseDefect::NoAccessToken)),
        };
        let Some(Value::String(issued_type)) = object.get("token_type") else {
            return Err(Error::UnusableResponse(ResponseDefect::NoTokenType));
        };
        if !issued_type.eq_ignore_ascii_case(token_type) {
            return Err(Error::UnusableResponse(ResponseDefect::OtherTokenType));
        }
        Ok(Self {
            access_token: AccessToken::new(token)?,
            token_type: issued_type.clone(),
            expires_in: object.get("expires_in").and_then(seconds),
            issued_at: object.get("issued_at").and_then(moment),
            scope: match object.get("scope") {
                Some(Value::String(scope)) => Some(granted(scope, token, response)),
                _ => None,
            },
            date: response.date(),
        })
    }

    /// The token.
    #[must_use]
    pub const fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    /// The type of the token, in the server's case.
    #[must_use]
    pub fn token_type(&self) -> &str {
        &self.token_type
    }

    /// How long the token is good for, from when it was issued; whole seconds.
    ///
    /// Read from a number or a string that holds one, as the NHS gateway writes
    /// it. Nothing for a negative number but zero; never more than
    /// [`TokenResponse::LONGEST_EXPIRES_IN`]. [`None`] if the server gave none
    /// or something else.
    #[must_use]
    pub const fn expires_in(&self) -> Option<Duration> {
        self.expires_in
    }

    /// When the token was issued by the server's clock, in seconds.
    ///
    /// An extension: Apigee, and so the NHS gateway, writes milliseconds,
    /// others seconds. A number from 100,000,000,000 on is taken as
    /// milliseconds; as seconds it would lie beyond the year 5138.
    #[must_use]
    pub const fn issued_at(&self) -> Option<NumericDate> {
        self.issued_at
    }

    /// The scope of the token; [`None`] if it is the requested one.
    ///
    /// Text from the server, withheld whole if it holds the token or a secret of the request,
    /// like the words of an [`ErrorResponse`]; otherwise unfiltered.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// The server's clock when it answered, from the `Date` header.
    #[must_use]
    pub const fn date(&self) -> Option<NumericDate> {
        self.date
    }

    /// The requested scopes that the server dropped without a word.
    ///
    /// A response without `scope` grants what was requested (RFC 6749
    /// section 5.1).
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_oauth::{HttpResponse, TokenResponse};
    ///
    /// let body = br#"{"access_token":"a","token_type":"bearer","scope":"read list"}"#;
    /// let response = TokenResponse::parse(&HttpResponse::new(200, vec![], body.to_vec()))?;
    /// assert!(response.missing_scope("read write").eq(["write"]));
    /// # Ok::<(), tokenring_oauth::Error>(())
    /// ```
    pub fn missing_scope<'a>(&'a self, requested: &'a str) -> impl Iterator<Item = &'a str> {
        requested.split_whitespace().filter(|scope| {
            self.scope
                .as_ref()
                .is_some_and(|granted| !granted.split_whitespace().any(|known| known == *scope))
        })
    }
}

/// Whether the member `error` says that there is one.
fn is_error(member: Option<&Value>) -> bool {
    match member {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::String(code)) => !code.trim().is_empty(),
        Some(_) => true,
    }
}

/// The granted scope. It is shown and kept, so it holds nothing that is secret.
fn granted(scope: &str, token: &str, response: &HttpResponse) -> String {
    /// A shorter token is a test's, and may be the name of a scope as well.
    const SHORTEST: usize = 6;
    // This costs an ordinary answer nothing.
    if response.request().is_some_and(|sent| sent.asks_for(scope)) {
        return scope.into();
    }
    let token = Some(token).filter(|token| token.len() >= SHORTEST);
    ServerWords::new(response.request(), token.into_iter()).withhold_secrets(scope)
}

fn refused(response: &HttpResponse) -> Error {
    Error::Refused(Box::new(ErrorResponse::parse(response)))
}

fn defect_of(body: &[u8]) -> ResponseDefect {
    match body.trim_ascii() {
        [] => ResponseDefect::Empty,
        [b'<', ..] => ResponseDefect::Html,
        _ => ResponseDefect::NotJsonObject,
    }
}

/// A number of whole seconds, clamped.
fn seconds(value: &Value) -> Option<Duration> {
    let longest = TokenResponse::LONGEST_EXPIRES_IN;
    let number = number(value)?;
    if number < 0.0 {
        return Some(Duration::ZERO);
    }
    // Only a number too large for the type is left to fail.
    let exact = Duration::try_from_secs_f64(number).unwrap_or(longest);
    Some(Duration::from_secs(exact.as_secs()).min(longest))
}

/// A moment in seconds or milliseconds, told apart by their magnitude.
fn moment(value: &Value) -> Option<NumericDate> {
    const FIRST_MILLISECOND: u64 = 100_000_000_000;
    /// The last second of the year 9999: no clock is beyond.
    const LAST_SECOND: u64 = 253_402_300_799;
    let whole = Duration::try_from_secs_f64(number(value)?).ok()?.as_secs();
    let seconds = if whole >= FIRST_MILLISECOND {
        whole / 1_000
    } else {
        whole
    };
    (seconds <= LAST_SECOND).then(|| NumericDate::from_seconds(seconds))
}

/// A JSON number, or a JSON string that holds one. Infinite if it is too large
/// for the type.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => {
            let text = text.trim();
            // `parse` takes "inf" and "nan" too.
            let is_number = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
            text.bytes().all(is_number).then(|| text.parse().ok())?
        }
        _ => None,
    }
}
