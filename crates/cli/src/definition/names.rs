/// The names of all options, in order: what a configuration file may hold.
///
/// They are those of the definitions, which take longer to build than the command takes to
/// print a token from the cache.
pub(crate) const OPTION_NAMES: &[&str] = &[
    "alg",
    #[cfg(feature = "mock-gateway")]
    "allow-remote",
    "assertion-issuer",
    "at",
    "attach",
    "audience",
    "auth",
    "ca-cert",
    "ca-store",
    "cache-dir",
    "cache-seconds",
    "certificate",
    "claim",
    #[cfg(feature = "mock-gateway")]
    "client",
    "client-id",
    #[cfg(feature = "mock-gateway")]
    "clients",
    "clock-skew",
    #[cfg(feature = "aws-lc-rs")]
    "common-name",
    "config",
    "correlation-id",
    "data",
    #[cfg(feature = "aws-lc-rs")]
    "days",
    "delete-key",
    "drain-seconds",
    "encrypt",
    "env",
    "expired",
    "explain",
    "fail-with-body",
    #[cfg(feature = "mock-gateway")]
    "fault",
    "flow",
    "force",
    "force-refresh",
    "format",
    "gateway",
    "header",
    "include",
    "issuer",
    "json",
    "jwk-set",
    "jwks",
    "jwks-url",
    "key-type",
    "keys",
    "kid",
    "kid-scheme",
    "lifetime",
    #[cfg(feature = "mock-gateway")]
    "listen",
    "machine",
    "max-size",
    "max-time",
    "method",
    "min-ttl",
    "new-passphrase-fd",
    "new-passphrase-file",
    "next-kid",
    "nhs-number",
    "no-cache",
    "no-lint",
    "output",
    "output-dir",
    "param",
    "passphrase-fd",
    "passphrase-file",
    #[cfg(feature = "pkcs11")]
    "pin-file",
    "private-key",
    "product-id",
    "profile",
    "public-key",
    "published",
    "quiet",
    "replace",
    "request-id",
    "retry",
    "scope",
    "send-client-id",
    "shell",
    "signer-command",
    "signer-timeout",
    "signing-input",
    "subject",
    "timeout",
    "to",
    "token-file",
    "token-header",
    "token-url",
    "token-variable",
    "typ",
    "url",
    "var",
    "verbose",
    "wait",
    #[cfg(feature = "aws-lc-rs")]
    "x509",
];

/// Whether an option has this name.
pub(crate) fn is_option(name: &str) -> bool {
    OPTION_NAMES.binary_search(&name).is_ok()
}

/// The environment variable that stands for an option.
pub(crate) fn variable(option: &str) -> String {
    format!(
        "TOKENRING_{}",
        option.to_ascii_uppercase().replace('-', "_")
    )
}
