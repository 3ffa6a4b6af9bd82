//! The library's errors, in the words of the command: with its options, and an exit code.

use tokenring::{ClockSkew, Error, Parameter, RecentFailure, Rejection};
use tokenring_oauth::{TransportError, TransportErrorKind};
use tokenring_text::{printable, redact, shell_word};
use tokenring_token_store::FailureKind;

use crate::ExitCode;
use crate::failure::{Failure, Reason, chain};
use crate::key_folder;
use crate::keystore;
use crate::option_words;
use crate::remedy_words;
use crate::setting::Origin;

/// Words an error; the origin of a value is that of the option that gave it.
pub(crate) fn to_failure(error: &Error, origin: impl Fn(Parameter) -> Option<Origin>) -> Failure {
    describe(error, &|parameter| {
        origin(parameter).unwrap_or(Origin::Argument)
    })
    .with_retry_after(error.retry_after())
}

fn describe(error: &Error, origin: &dyn Fn(Parameter) -> Origin) -> Failure {
    match error {
        Error::Invalid { parameter, source } => {
            Failure::invalid_from(parameter.name(), &origin(*parameter), &**source)
        }
        Error::Missing { parameter, gateway } => missing(*parameter, gateway.as_deref(), origin),
        Error::Conflict { .. } => Failure::usage(
            "--kid gives the key identifier and --kid-scheme computes it; leave one out",
        ),
        Error::ReservedClaim { name, parameter } => reserved_claim(name, *parameter),
        Error::FormParameter { name, source } => {
            Failure::usage(format!("--param {name:?}: {}", chain(&**source)))
        }
        Error::MissingFormParameter { name, .. } => {
            Failure::usage(error.to_string()).with_advice(&format!(
                "it is a secret, so give it as --param {name}=@FILE, or set \
                 TOKENRING_PARAM={name}=VALUE in the environment"
            ))
        }
        Error::Gateway {
            source,
            also_missing,
        } => also_missing
            .iter()
            .fold(incomplete(source), |failure, name| {
                failure.with_advice(&format!("missing too: {name}"))
            }),
        Error::GatewayFile { file, source } => {
            let failure = Failure::from_error(ExitCode::Configuration, &**source);
            match source.is::<std::io::Error>() {
                true => failure.while_doing(&format!("cannot read the gateway file {file}")),
                false => failure,
            }
        }
        Error::Key { source } => keystore::failure(source),
        Error::Rotation { folder, source } => match source.downcast_ref() {
            Some(error) => key_folder::failure(folder, error),
            None => Failure::from_error(ExitCode::Configuration, &**source),
        },
        Error::KeyAlgorithm { gateway, .. } => no_fitting_key(&error.to_string(), gateway),
        Error::PublishedAlgorithm { algorithm, .. } => {
            Failure::invalid_from("alg", &origin(Parameter::Algorithm), error).with_advice(
                &format!(
                    "leave --alg out, publish the key for {algorithm}, or send anyway with \
                     --no-lint"
                ),
            )
        }
        Error::KeyType {
            key_type,
            gateway,
            accepted,
            flow,
        } => {
            let other = flow.as_deref().map(|flow| {
                format!("; --flow {flow} accepts it, if the client is registered that way")
            });
            let text = format!(
                "the private key is of type {key_type}, and gateway {gateway} takes {} alone{}",
                names(accepted),
                other.unwrap_or_default()
            );
            no_fitting_key(&text, gateway)
        }
        Error::CertificateOfAnotherKey { certificate, key } => Failure::new(
            ExitCode::Configuration,
            format!(
                "the certificate {certificate} is of another key than the private key {key}; name \
                 the one that was made for it"
            ),
        ),
        Error::PublicKeyOfAnotherKey { key } => Failure::new(
            ExitCode::Configuration,
            match is_signer_command(key) {
                true => {
                    "--public-key is another key than the one that the signer command describes; \
                     leave it out"
                }
                false => "--public-key is another key than the one on the token; leave it out",
            },
        ),
        Error::PublicKeyUnknown { key } => Failure::new(
            ExitCode::Configuration,
            match is_signer_command(key) {
                true => {
                    "the signer command does not tell its public key; name that with \
                     --public-key FILE"
                }
                false => {
                    "the token does not tell the public half of the key; name that with \
                     --public-key FILE"
                }
            },
        ),
        Error::ExternalKey { key, source } => external_key(key, &**source),
        Error::FeatureMissing { feature, .. } => Failure::new(
            ExitCode::Configuration,
            match *feature {
                "pkcs11" => {
                    "this build has no PKCS#11; take one with the feature pkcs11, on Unix".into()
                }
                feature => format!("this build lacks the feature {feature}; take one that has it"),
            },
        ),
        Error::Signing { source } => Failure::from_error(ExitCode::Signing, &**source),
        Error::RuleBroken { gateway, findings } => {
            let texts: Vec<_> = findings.iter().map(finding).collect();
            let text = format!(
                "the assertion breaks a rule of gateway {gateway}: {}",
                texts.join("; ")
            );
            Failure::new(ExitCode::RuleBroken, text).with_advice("--no-lint sends it all the same")
        }
        Error::Unreachable { url, source } => {
            unreachable(source).while_doing(&format!("token endpoint {url}"))
        }
        Error::ApiUnreachable { url, source } => {
            unreachable(source).while_doing(&format!("API {url}"))
        }
        Error::TooManyRedirects { .. } => Failure::from_error(ExitCode::Unreachable, error),
        Error::RequestBody { source } => {
            Failure::new(ExitCode::Usage, format!("--data: {}", chain(&**source)))
        }
        Error::DeadlinePassed => Failure::new(
            ExitCode::Unreachable,
            "the call takes longer than --max-time allows; raise it, or leave it out",
        ),
        Error::Rejected(rejection) => rejected(rejection),
        Error::UnusableAnswer { url, source } => unusable(url, source),
        Error::RecentFailure(failure) => recent_failure(failure),
        Error::TimedOut => Failure::new(
            ExitCode::Unreachable,
            "another process is asking for the same token and did not get it in time; try again, \
             or go without the cache",
        ),
        Error::ClockBeforeEpoch => Failure::new(
            ExitCode::Configuration,
            "this machine's clock is before 1970; set it right",
        ),
        error => Failure::from_error(ExitCode::Unexpected, error),
    }
}

/// An answer that is neither a token nor an error response.
fn unusable(url: &str, source: &tokenring_oauth::Error) -> Failure {
    use tokenring_oauth::{Error, ResponseDefect};

    let failure = Failure::from_error(ExitCode::Refused, source);
    let failure = failure.while_doing(&format!("token endpoint {url}"));
    match source {
        Error::UnusableResponse(ResponseDefect::OtherTokenType { issued, .. }) => {
            let advice = match issued.to_ascii_lowercase().as_str() {
                "dpop" | "mac" | "pop" => "have the client registered for bearer tokens".into(),
                _ => format!(
                    "if these are bearer tokens, set token-type = \"{}\" in the table [response] \
                     of a gateway file (--gateway FILE)",
                    printable(issued)
                ),
            };
            failure.with_advice(&advice)
        }
        _ => failure,
    }
}

fn missing(
    parameter: Parameter,
    gateway: Option<&str>,
    origin: &dyn Fn(Parameter) -> Origin,
) -> Failure {
    let gateway = gateway.unwrap_or_default();
    Failure::usage(match parameter {
        Parameter::ClientId => {
            "the client identifier is missing; give it as --client-id (or --api-key) ID".into()
        }
        Parameter::PrivateKey => {
            "the private key is missing; name its file with --private-key FILE, or pipe it in \
             with --private-key -"
                .into()
        }
        Parameter::Scope => format!(
            "gateway {gateway} gives no token without a scope; ask for one with --scope SCOPE"
        ),
        Parameter::KeyId => format!(
            "gateway {gateway} wants a key identifier; give it as --kid KID, as it was registered"
        ),
        Parameter::Certificate if gateway.is_empty() => {
            let reason = Reason::new("name the key's certificate with --certificate FILE");
            let origin = origin(Parameter::KeyIdScheme);
            return Failure::invalid_from("kid-scheme", &origin, &reason);
        }
        Parameter::Certificate => format!(
            "gateway {gateway} knows the key by its certificate; name that with --certificate FILE"
        ),
        parameter => format!(
            "{parameter} is missing; give it with --{}",
            parameter.name()
        ),
    })
}

/// Why a claim cannot be given, and what can.
fn reserved_claim(name: &str, parameter: Option<Parameter>) -> Failure {
    let text = match parameter {
        Some(parameter) => format!(
            "the claim {name:?} has an option of its own: --{}",
            parameter.name()
        ),
        None if matches!(name, "iat" | "nbf") => format!(
            "tokenring sets the claim {name:?} for each assertion; a gateway file with `claims = \
             [\"iat\", \"nbf\"]` under [assertion] has it sent"
        ),
        None => format!(
            "tokenring makes the claim {name:?} anew for each assertion, and it cannot be set; \
             leave it out"
        ),
    };
    Failure::usage(text).while_doing("--claim")
}

/// Something of a gateway that the caller has to add or correct.
pub(crate) fn incomplete(error: &tokenring_gateway::Error) -> Failure {
    use tokenring_gateway::Error;

    let failure = Failure::from_error(ExitCode::Usage, error);
    let advice = match error {
        Error::NoEnvironment { .. } => "the option is --env NAME",
        Error::NoTokenEndpoint {
            metadata: Some(url),
            ..
        } => {
            let command = format!("tokenring gateways discover {}", shell_word(&redact(url)));
            return failure.with_advice(&format!(
                "the option is --token-url URL, and `{command}` reads it from the server's metadata"
            ));
        }
        Error::NoTokenEndpoint {
            variable: Some(name),
            ..
        } => {
            return failure.with_advice(&format!(
                "the options are --token-url URL and --var {name}=VALUE"
            ));
        }
        Error::NoTokenEndpoint { .. } => {
            "the option is --token-url URL; `tokenring gateways discover ISSUER` reads it from the \
             server's metadata"
        }
        Error::NoIssuer { .. } => "the option is --issuer URL",
        Error::MissingVariable { .. } | Error::UnknownVariable { .. } => {
            "the option is --var NAME=VALUE"
        }
        _ => return failure,
    };
    failure.with_advice(advice)
}

fn no_fitting_key(text: &str, gateway: &str) -> Failure {
    Failure::new(
        ExitCode::Configuration,
        format!("{text}; make a fitting key with: tokenring generate-keys --gateway {gateway}"),
    )
}

fn is_signer_command(key: &str) -> bool {
    key == "of the signer command"
}

fn external_key(key: &str, source: &(dyn std::error::Error + 'static)) -> Failure {
    if let Some(error) = source.downcast_ref::<tokenring_signer_command::Error>() {
        use tokenring_signer_command::Error;

        let text = format!("the signer command: {}", chain(error));
        let failure = Failure::new(ExitCode::Configuration, text);
        return match error {
            Error::NotDescribed => {
                failure.with_advice("--alg NAME, --kid KID and --public-key FILE do")
            }
            Error::Start(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                failure.with_advice(crate::failure::TOO_MANY_PROCESSES)
            }
            Error::TimedOut(_) => failure.with_advice("--signer-timeout SECONDS sets the time"),
            _ => failure,
        };
    }
    let text = format!("private key {key}: {}", chain(source));
    let failure = Failure::new(ExitCode::Configuration, text);
    #[cfg(all(feature = "pkcs11", unix))]
    if let Some(tokenring_pkcs11::Error::PinMissing) = source.downcast_ref() {
        return failure.with_advice("or name the file with --pin-file");
    }
    failure
}

/// Words a connection that failed, with the option that fixes it.
pub(crate) fn unreachable(error: &TransportError) -> Failure {
    let code = match error.kind() {
        // No other process should hear of it: the server may be all right.
        TransportErrorKind::ProcessLimit => ExitCode::Unexpected,
        _ => ExitCode::Unreachable,
    };
    let failure = Failure::from_error(code, error);
    match error.kind() {
        TransportErrorKind::UntrustedAuthority => {
            failure.with_advice(
            "if it is the right one, trust it with --ca-cert FILE or in the system's store (SSL_CERT_FILE)",
        )
        }
        TransportErrorKind::TimedOut => failure.with_advice("--timeout SECONDS sets it"),
        _ => failure,
    }
}

fn rejected(rejection: &Rejection) -> Failure {
    let response = rejection.response();
    let text = match rejection.clock_skew() {
        None => response.to_string(),
        Some(skew) if !skew.is_correctable() => format!(
            "{response}; {skew}: set the wrong one right, as --clock-skew auto corrects at most a \
             day ({} s)",
            ClockSkew::LARGEST_CORRECTED
        ),
        Some(skew) => {
            format!("{response}; {skew}: set it right, or reckon with it by --clock-skew auto")
        }
    };
    let failure = Failure::new(ExitCode::Refused, text)
        .while_doing(&format!("token endpoint {} refused", rejection.url()));
    failure.with_details(rejection.causes().iter().flat_map(cause))
}

/// A cause and what to do about it, a line each.
pub(crate) fn cause(cause: &tokenring_gateway::diagnosis::Cause) -> [String; 2] {
    let mut line = format!(
        "{}: {}",
        cause.likelihood(),
        option_words::words(cause.explanation())
    );
    match (cause.found_value(), cause.wanted_value()) {
        (Some(found), Some(wanted)) => {
            line.push_str(&format!(" (found: {found}; wanted: {wanted})"));
        }
        (Some(found), None) => line.push_str(&format!(" (found: {found})")),
        (None, Some(wanted)) => line.push_str(&format!(" (wanted: {wanted})")),
        (None, None) => {}
    }
    [line, format!("  > {}", remedy_words::words(cause.remedy()))]
}

/// A finding, what fixes it and where the rule is from.
pub(crate) fn finding(finding: &tokenring_gateway::Finding) -> String {
    let remedy = remedy_words::words(finding.remedy());
    format!("{finding}; {remedy} [{}]", finding.source())
}

fn recent_failure(failure: &RecentFailure) -> Failure {
    let code = match failure.kind() {
        FailureKind::Unreachable => ExitCode::Unreachable,
        FailureKind::Refused => ExitCode::Refused,
        _ => ExitCode::Unexpected,
    };
    let seconds = failure.cool_down().as_secs();
    Failure::new(code, failure.note()).with_advice(&format!(
        "that was another process just now, and is not asked again within {seconds} s unless \
         --force-refresh says so"
    ))
}

/// The names of algorithms, separated by commas.
pub(crate) fn names(algorithms: &[tokenring_jwk::Algorithm]) -> String {
    let names: Vec<_> = algorithms.iter().map(|it| it.name()).collect();
    names.join(", ")
}
