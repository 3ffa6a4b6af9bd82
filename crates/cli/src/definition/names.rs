/// The names of all options, in order: what a configuration file may hold.
///
/// They are those of the definitions, which take longer to build than the command takes to
/// print a token from the cache.
pub(crate) const OPTION_NAMES: &[&str] = &[
    "alg",
    #[cfg(feature = "mock-gateway")]
    "allow-remote",
    #[cfg(feature = "diagnosis")]
    "at",
    #[cfg(feature = "keys")]
    "attach",
    "audience",
    "auth",
    "ca-cert",
    "cache-dir",
    #[cfg(feature = "keys")]
    "cache-seconds",
    "certificate",
    "claim",
    #[cfg(feature = "mock-gateway")]
    "client",
    "client-id",
    "clock-skew",
    #[cfg(feature = "x509")]
    "common-name",
    "config",
    "correlation-id",
    "data",
    #[cfg(feature = "x509")]
    "days",
    #[cfg(feature = "keys")]
    "delete-key",
    #[cfg(feature = "keys")]
    "drain-seconds",
    #[cfg(feature = "keys")]
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
    #[cfg(feature = "keys")]
    "jwk-set",
    #[cfg(feature = "diagnosis")]
    "jwks",
    #[cfg(feature = "keys")]
    "jwks-url",
    "key-type",
    #[cfg(feature = "keys")]
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
    #[cfg(feature = "keys")]
    "new-passphrase-fd",
    #[cfg(feature = "keys")]
    "new-passphrase-file",
    #[cfg(feature = "keys")]
    "next-kid",
    "nhs-number",
    "no-cache",
    #[cfg(feature = "diagnosis")]
    "no-lint",
    "output",
    "output-dir",
    "param",
    #[cfg(feature = "keys")]
    "passphrase-fd",
    #[cfg(feature = "keys")]
    "passphrase-file",
    #[cfg(feature = "pkcs11")]
    "pin-file",
    "private-key",
    "product-id",
    "profile",
    #[cfg(feature = "keys")]
    "public-key",
    #[cfg(feature = "keys")]
    "published",
    "quiet",
    #[cfg(feature = "keys")]
    "replace",
    "request-id",
    "retry",
    "scope",
    "shell",
    #[cfg(feature = "keys")]
    "signer-command",
    #[cfg(feature = "keys")]
    "signer-timeout",
    #[cfg(feature = "keys")]
    "signing-input",
    "subject",
    "timeout",
    #[cfg(feature = "keys")]
    "to",
    "token-file",
    "token-url",
    "token-variable",
    "typ",
    "url",
    "var",
    "verbose",
    #[cfg(feature = "keys")]
    "wait",
    #[cfg(feature = "x509")]
    "x509",
];

/// Whether an option has this name.
pub(crate) fn is_option(name: &str) -> bool {
    OPTION_NAMES.binary_search(&name).is_ok()
}
