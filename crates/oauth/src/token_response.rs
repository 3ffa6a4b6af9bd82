use alloc::boxed::Box;
use alloc::string::String;
use core::time::Duration;

use serde_json::Value;
use tokenring_assertion::NumericDate;
use tokenring_jwk::{JsonObject, JsonType};

use crate::answer_members::plain;
use crate::answer_times::{LONGEST_LIFETIME, expiry, moment, number, seconds};
use crate::expected_token::Expected;
use crate::server_words::ServerWords;
use crate::{
    AccessToken, AnswerFault, AnswerMembers, DpopNonce, Error, ErrorResponse, HttpResponse,
    ResponseDefect,
};

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
    expires_in_fault: Option<AnswerFault>,
    scope_fault: Option<AnswerFault>,
    members: AnswerMembers,
    dpop_nonce: Option<DpopNonce>,
}

impl TokenResponse {
    /// The longest lifetime that is believed: 2^31 - 1 seconds, 68 years.
    ///
    /// It can be added to any clock of today without overflow. An `expires_in` beyond is as good
    /// as none: no server keeps a token for so long, and the number is a mistake or stands for "no
    /// limit".
    pub const LONGEST_EXPIRES_IN: Duration = LONGEST_LIFETIME;

    /// Reads the response to a request for a bearer token.
    ///
    /// A token is taken out of a response with any status from 200 to 299, out of one JSON
    /// object in UTF-8 without repeated members or text after it, perhaps after a byte order mark,
    /// if it is a text of visible ASCII characters and of the type that was asked for: in any case,
    /// `BearerToken` as `Bearer`, and where the response names no type. The media type of the
    /// response is not looked at.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] for any other status, and for a successful one with an
    /// `error`, in place of the token or with it. [`Error::UnusableResponse`] for a body
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
        let expected = Expected {
            token_type,
            ..Expected::default()
        };
        Self::parse_with(response, &expected)
    }

    /// The same where a server has other names for the type, too, or another member for the token.
    pub(crate) fn parse_with(
        response: &HttpResponse,
        expected: &Expected<'_>,
    ) -> Result<Self, Error> {
        const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
        if !(200..=299).contains(&response.status()) {
            return Err(refused(response));
        }
        let body = response.body();
        let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        let unusable = |defect| Err(Error::UnusableResponse(defect));
        let object = match JsonObject::parse(body) {
            Ok(object) => object,
            Err(error) => {
                let words = ServerWords::new(response.request(), core::iter::empty());
                return unusable(ResponseDefect::of_body(
                    response.status(),
                    body,
                    error,
                    &words,
                ));
            }
        };
        let token = object.get("access_token");
        let token = token.or_else(|| object.get(expected.other_member?));
        let token = match (token, object.get("error")) {
            (Some(Value::String(token)), error) if !is_error(error) => token,
            // Some servers write their errors with a successful status. One with a token too
            // contradicts itself (RFC 6749 sections 5.1 and 5.2).
            (Some(Value::String(_)), _) | (_, Some(Value::String(_))) => {
                return Err(refused(response));
            }
            _ => {
                let words = ServerWords::new(response.request(), core::iter::empty());
                let defect = ResponseDefect::of_members(&object, &words);
                if defect == ResponseDefect::NoAccessToken && says_why(response, &object) {
                    return Err(refused(response));
                }
                return unusable(defect);
            }
        };
        let issued_type = match object.get("token_type") {
            None | Some(Value::Null) => expected.token_type,
            Some(Value::String(issued)) => match expected.taken(issued.trim()) {
                Some(taken) => taken,
                None => {
                    let words = ServerWords::new(response.request(), secret(token));
                    return unusable(ResponseDefect::other_type(
                        expected.token_type,
                        issued,
                        &words,
                    ));
                }
            },
            Some(other) => {
                return unusable(ResponseDefect::TokenTypeType(JsonType::of(other)));
            }
        };
        let expires_in = object.get("expires_in").and_then(seconds);
        Ok(Self {
            access_token: AccessToken::new(token)?,
            token_type: issued_type.into(),
            expires_in_fault: match (object.get("expires_in"), expires_in) {
                (None | Some(Value::Null), _) | (_, Some(_)) => None,
                (Some(value), None) if number(value).is_some() => {
                    Some(AnswerFault::ExpiresInBeyondReason)
                }
                (Some(value), None) => Some(AnswerFault::ExpiresIn(JsonType::of(value))),
            },
            expires_in,
            issued_at: object.get("issued_at").and_then(moment),
            scope: match object.get("scope") {
                Some(Value::String(scope)) => Some(granted(scope, token, response)),
                _ => None,
            },
            scope_fault: match object.get("scope") {
                None | Some(Value::Null | Value::String(_)) => None,
                Some(value) => Some(AnswerFault::Scope(JsonType::of(value))),
            },
            members: AnswerMembers::of(&object),
            date: response.date(),
            dpop_nonce: DpopNonce::of_headers(response.headers()),
        })
    }

    /// The token.
    #[must_use]
    pub const fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    /// The type of the token, in the server's case; the one that was asked for where the server
    /// names none.
    #[must_use]
    pub fn token_type(&self) -> &str {
        &self.token_type
    }

    /// How long the token is good for, from when it was issued; whole seconds.
    ///
    /// Read from a number or a string that holds one, as the NHS gateway writes
    /// it. Zero for a negative number. [`None`] if the server gave none, something else, or more
    /// than [`TokenResponse::LONGEST_EXPIRES_IN`].
    #[must_use]
    pub const fn expires_in(&self) -> Option<Duration> {
        self.expires_in
    }

    /// How long the token itself says that it is valid: a JWT by its `exp`, which is measured by
    /// the response's `Date` or else by this clock. [`None`] for any other token.
    ///
    /// What a client can go by where [`expires_in`](Self::expires_in) says nothing. The token's
    /// signature is not verified: its recipient does that.
    #[must_use]
    pub fn lifetime_of_token(&self, now: NumericDate) -> Option<Duration> {
        let end = expiry(self.access_token.secret())?.as_seconds();
        let now = self.date.unwrap_or(now).as_seconds();
        let lifetime = Duration::from_secs(end.saturating_sub(now));
        Some(lifetime.min(Self::LONGEST_EXPIRES_IN))
    }

    /// What is wrong with the response, although its token can be used.
    pub fn faults(&self) -> impl Iterator<Item = AnswerFault> {
        self.expires_in_fault.into_iter().chain(self.scope_fault)
    }

    /// The members that the protocol says nothing of, without refresh tokens.
    #[must_use]
    pub const fn members(&self) -> &AnswerMembers {
        &self.members
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

    /// The nonce that the server wants in the next DPoP proof, if it gave one.
    #[must_use]
    pub const fn dpop_nonce(&self) -> Option<&DpopNonce> {
        self.dpop_nonce.as_ref()
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
        Some(Value::Number(code)) => code.as_f64() != Some(0.0),
        Some(Value::Array(errors)) => !errors.is_empty(),
        Some(Value::Object(error)) => !error.is_empty(),
        Some(Value::Bool(true)) => true,
    }
}

/// Whether an answer without a token says why there is none, in another way than RFC 6749.
fn says_why(response: &HttpResponse, object: &JsonObject) -> bool {
    /// An error has no more members.
    const MOST: usize = 64;
    if object.iter().nth(MOST).is_some() {
        return false;
    }
    let mut names = object.iter().map(|(name, _)| plain(name));
    let answer = ErrorResponse::parse(response);
    let has_words = answer.error().is_some() || answer.description().is_some();
    has_words && !names.any(|name| name.contains("token"))
}

/// The granted scope. It is shown and kept, so it holds nothing that is secret.
fn granted(scope: &str, token: &str, response: &HttpResponse) -> String {
    // This costs an ordinary answer nothing.
    if response.request().is_some_and(|sent| sent.asks_for(scope)) {
        return scope.into();
    }
    ServerWords::new(response.request(), secret(token)).withhold_secrets(scope)
}

/// The token, unless it is so short that it is a test's, and perhaps a word as well.
fn secret(token: &str) -> impl Iterator<Item = &str> {
    const SHORTEST: usize = 6;
    Some(token)
        .filter(|token| token.len() >= SHORTEST)
        .into_iter()
}

fn refused(response: &HttpResponse) -> Error {
    Error::Refused(Box::new(ErrorResponse::parse(response)))
}
