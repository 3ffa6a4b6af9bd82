//! What to do about an error, in words.

use tokenring_gateway::{Error as GatewayError, Text};
use tokenring_keystore::{Error as KeystoreError, PassphraseError};
use tokenring_oauth::{Error as OauthError, ResponseDefect, TransportErrorKind};
use tokenring_text::{printable, redact, shell_word};

use super::Error;
use crate::server_metadata::{ALGORITHMS, ISSUER, TOKEN_ENDPOINT};
use crate::{ClockSkew, Parameter, RecentFailure, stated_pause};

impl Error {
    /// What to do about it, in words that follow a semicolon and name options and commands; nothing
    /// where the error says it or nobody knows.
    #[must_use]
    pub fn advice(&self) -> Option<Text> {
        let plain = |sentence| Some(Text::fill(sentence, &[]));
        match self {
            Self::Missing { parameter, gateway } => Some(missing(*parameter, gateway.is_some())),
            Self::Conflict {
                parameters: [one, other],
            } => {
                let sentence = format!("leave {} or {} out", setting(*one), setting(*other));
                Some(Text::fill(&sentence, &[]))
            }
            Self::ReservedClaim {
                parameter: Some(parameter),
                ..
            } => Some(Text::fill(
                &format!("give it with {}", setting(*parameter)),
                &[],
            )),
            Self::ReservedClaim { name, .. } if matches!(name.as_str(), "iat" | "nbf") => plain(
                "a gateway file with `claims = [\"iat\", \"nbf\"]` under [assertion] has it sent",
            ),
            Self::ReservedClaim { .. } => plain("leave it out"),
            Self::MissingFormParameter { name, .. } => Some(Text::fill(
                "it is a secret, so give it as {setting:param} $=@FILE, or set \
                 TOKENRING_PARAM=$=VALUE in the environment",
                &[name, name],
            )),
            Self::MissingHeader { name, .. } => Some(Text::fill(
                "it is a secret, so give it as {setting:token-header} '$: @FILE', or set \
                 TOKENRING_TOKEN_HEADER='$: VALUE' in the environment",
                &[name, name],
            )),
            Self::NoTokenRequest { .. } => {
                plain("get the JWT as a token, with {command:get-token} or `Client::token`")
            }
            Self::UnboundJwt { .. } => plain("leave {setting:dpop} out"),
            Self::Gateway { source, .. } => of_gateway(source),
            Self::Key { source } => key_advice(source),
            Self::KeyAlgorithm { gateway, .. } | Self::KeyType { gateway, .. } => Some(Text::fill(
                "make a fitting key with {command:generate-keys gateway=$}",
                &[gateway],
            )),
            Self::PublishedAlgorithm { algorithm, .. } => Some(Text::fill(
                "leave {setting:alg} out, publish the key for $, or send anyway with \
                 {setting:no-lint}",
                &[algorithm.name()],
            )),
            Self::CertificateOfAnotherKey { .. } => plain("name the one that was made for it"),
            Self::PublicKeyOfAnotherKey { .. } => plain("leave {setting:public-key} out"),
            Self::PublicKeyUnknown { .. } => plain("name it with {setting:public-key} FILE"),
            Self::ExternalKey { source, .. } => of_external_key(&**source),
            Self::FeatureMissing { .. } => plain("take one that has it"),
            #[cfg(feature = "diagnosis")]
            Self::RuleBroken { .. } => plain("{setting:no-lint} sends it all the same"),
            Self::Unreachable { source, .. }
            | Self::ApiUnreachable { source, .. }
            | Self::DocumentUnreachable { source, .. } => match source.kind() {
                TransportErrorKind::UntrustedAuthority => plain(
                    "if it is the right one, trust it with {setting:ca-cert} FILE or in the \
                         system's store (SSL_CERT_FILE)",
                ),
                TransportErrorKind::TimedOut => plain("{setting:timeout} SECONDS sets it"),
                _ => None,
            },
            Self::UnusableSet { status, .. } if *status != 200 => {
                plain("serve the set there, to everybody and without redirects")
            }
            Self::UnsupportedMetadata { member, .. } => plain(match *member {
                Some(TOKEN_ENDPOINT) => {
                    "ask the server's operator for an https URL of the token endpoint, and give it \
                     with {setting:token-url}"
                }
                Some(ALGORITHMS) => {
                    "ask the server's operator whether it also accepts RS256 or ES256, and give \
                     {setting:gateway} and {setting:token-url} if it does"
                }
                Some(ISSUER) => "take the metadata of the issuer that you want a token from",
                _ => "take it up with the server's operator",
            }),
            Self::UnusableMetadata { status: 200, .. } => {
                plain("ask the server's operator where its metadata is")
            }
            Self::UnusableMetadata { .. } => plain("check the URL and the gateway's variables"),
            Self::DeadlinePassed => plain("raise {setting:max-time}, or leave it out"),
            Self::Rejected(rejection) => rejection.clock_skew().map(of_clock_skew),
            Self::UnusableAnswer { source, .. } => of_answer(source),
            Self::RecentFailure(failure) if failure.is_stated_pause() => {
                Some(of_stated_pause(failure))
            }
            Self::RecentFailure(failure) => Some(Text::fill(
                "that was another process just now, and is not asked again within $ s unless \
                 {setting:force-refresh} says so",
                &[&failure.cool_down().as_secs().to_string()],
            )),
            Self::TimedOut => plain("try again, or go without the cache"),
            Self::ClockBeforeEpoch => plain("set it right"),
            _ => None,
        }
    }
}

/// The reference to a value.
fn setting(parameter: Parameter) -> String {
    format!("{{setting:{}}}", parameter.name())
}

fn missing(parameter: Parameter, is_of_gateway: bool) -> Text {
    let sentence = match parameter {
        Parameter::ClientId => "give it as {option:client-id} (or {option:api-key}) ID",
        Parameter::PrivateKey => {
            "name its file with {option:key} FILE, or pipe it in with {option:key} -"
        }
        Parameter::Scope => "ask for one with {option:scope} SCOPE",
        Parameter::KeyId if is_of_gateway => "give it as {option:key-id} KID, as it was registered",
        Parameter::Certificate => "name that of the key with {setting:certificate} FILE",
        parameter => return Text::fill(&format!("give it with {}", setting(parameter)), &[]),
    };
    Text::fill(sentence, &[])
}

/// Something of a gateway that the caller has to add or correct.
fn of_gateway(error: &GatewayError) -> Option<Text> {
    let sentence = match error {
        GatewayError::NoEnvironment { .. } => "the option is {option:environment} NAME",
        GatewayError::NoTokenEndpoint {
            metadata: Some(url),
            ..
        } => {
            let url = shell_word(&redact(url)).to_string();
            return Some(Text::fill(
                "the option is {option:token-url} URL, and {command:gateways-discover issuer=$} reads it \
                 from the server's metadata",
                &[&url],
            ));
        }
        GatewayError::NoTokenEndpoint {
            variable: Some(name),
            ..
        } => {
            return Some(Text::fill(
                "the options are {option:token-url} URL and {option:variable} $=VALUE",
                &[name],
            ));
        }
        GatewayError::NoTokenEndpoint { .. } => {
            "the option is {option:token-url} URL; {command:gateways-discover issuer=ISSUER} reads it \
             from the server's metadata"
        }
        GatewayError::NoIssuer { .. } | GatewayError::InvalidIssuer => {
            "the option is {option:issuer} URL"
        }
        GatewayError::MissingVariable { .. } | GatewayError::UnknownVariable { .. } => {
            "the option is {option:variable} NAME=VALUE"
        }
        _ => return None,
    };
    Some(Text::fill(sentence, &[]))
}

/// What to do about an error of key files, as [`Error::advice`] does.
#[must_use]
pub fn key_advice(error: &KeystoreError) -> Option<Text> {
    let sentence = match error {
        KeystoreError::SeveralPublicKeys { key_ids, .. } if !key_ids.is_empty() => {
            "{option:key-id} KID says which"
        }
        KeystoreError::AlreadyExists { .. } => "{setting:force} replaces all three files",
        KeystoreError::Passphrase { source, .. } => return passphrase_advice(source),
        _ => return None,
    };
    Some(Text::fill(sentence, &[]))
}

/// What to do about a passphrase that is not available, as [`Error::advice`] does.
#[must_use]
pub fn passphrase_advice(error: &PassphraseError) -> Option<Text> {
    let sentence = match error {
        PassphraseError::Missing => {
            "give it with {setting:passphrase-file} FILE, {setting:passphrase-fd} N or \
             TOKENRING_PASSPHRASE"
        }
        PassphraseError::Prompt(_) => "{setting:passphrase-file} FILE names a file",
        _ => return None,
    };
    Some(Text::fill(sentence, &[]))
}

fn of_external_key(source: &(dyn std::error::Error + 'static)) -> Option<Text> {
    #[cfg(feature = "signer-command")]
    if let Some(error) = source.downcast_ref::<tokenring_signer_command::Error>() {
        use tokenring_signer_command::Error;

        let sentence = match error {
            Error::NotDescribed => {
                "{option:algorithm} NAME, {option:key-id} KID and {setting:public-key} FILE do"
            }
            Error::TimedOut(_) => "{setting:signer-timeout} SECONDS sets the time",
            _ => return None,
        };
        return Some(Text::fill(sentence, &[]));
    }
    #[cfg(feature = "pkcs11")]
    if let Some(tokenring_pkcs11::Error::PinMissing) = source.downcast_ref() {
        return Some(Text::fill("or name the file with {setting:pin-file}", &[]));
    }
    let _ = source;
    None
}

fn of_clock_skew(skew: ClockSkew) -> Text {
    match skew.is_correctable() {
        true => Text::fill(
            "set it right, or correct for it with {option:clock-skew} auto",
            &[],
        ),
        false => Text::fill(
            "set the wrong one right, as {option:clock-skew} auto corrects at most a day ($ s)",
            &[&ClockSkew::LARGEST_CORRECTED.to_string()],
        ),
    }
}

/// Until when a gateway wants to be left alone, by the note of another process.
fn of_stated_pause(failure: &RecentFailure) -> Text {
    let until = stated_pause::time_of_day(failure.ends_at());
    match failure.place() {
        Some(place) => Text::fill(
            "the gateway asked another process to wait until $, as $ says; \
             {setting:force-refresh} sends a request anyway",
            &[&until, &place.display().to_string()],
        ),
        None => Text::fill(
            "the gateway asked another process to wait until $; {setting:force-refresh} sends a \
             request anyway",
            &[&until],
        ),
    }
}

/// An answer that is neither a token nor an error response.
fn of_answer(error: &OauthError) -> Option<Text> {
    let OauthError::UnusableResponse(ResponseDefect::OtherTokenType { issued, requested }) = error
    else {
        return None;
    };
    Some(match issued.to_ascii_lowercase().as_str() {
        "dpop" => Text::fill("bind the token to a key with {setting:dpop} required", &[]),
        "bearer" if requested == "DPoP" => Text::fill(
            "have the client registered for DPoP, or take bearer tokens with {setting:dpop} off",
            &[],
        ),
        "mac" | "pop" => "have the client registered for bearer tokens".into(),
        _ => Text::fill(
            "if these are bearer tokens, set token-type = \"$\" in the table [response] of a \
             gateway file ({option:gateway} FILE)",
            &[&printable(issued).to_string()],
        ),
    })
}
