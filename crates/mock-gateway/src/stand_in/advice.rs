//! How each ecosystem is told to trust a certificate authority.

/// What a client calls itself in its request to the proxy, and the setting that its kind goes by.
const SETTINGS: &[(&str, &str)] = &[
    ("python-requests", "REQUESTS_CA_BUNDLE=FILE"),
    (
        "python",
        "SSL_CERT_FILE=FILE (Python requests: REQUESTS_CA_BUNDLE=FILE)",
    ),
    ("node", NODE),
    ("undici", NODE),
    ("axios", NODE),
    ("java", JAVA),
    ("okhttp", JAVA),
    ("apache-httpclient", JAVA),
    ("go-http-client", "SSL_CERT_FILE=FILE"),
    ("curl", "CURL_CA_BUNDLE=FILE"),
    ("git", "GIT_SSL_CAINFO=FILE"),
    ("ruby", "SSL_CERT_FILE=FILE"),
    ("dotnet", "SSL_CERT_FILE=FILE"),
    (".net", "SSL_CERT_FILE=FILE"),
];
const NODE: &str = "NODE_EXTRA_CA_CERTS=FILE";
const JAVA: &str = "-Djavax.net.ssl.trustStore=STORE with the certificate in it, and its \
                    -Djavax.net.ssl.trustStorePassword";
/// Where the client does not say what it is.
const ALL: &str = "SSL_CERT_FILE (OpenSSL, Go, Ruby, .NET, Python's ssl), REQUESTS_CA_BUNDLE (Python \
                   requests), NODE_EXTRA_CA_CERTS (Node.js), CURL_CA_BUNDLE (curl), \
                   -Djavax.net.ssl.trustStore with its password (Java)";

/// The setting that makes a client trust the certificate, by its `User-Agent`.
pub(crate) fn trust_advice(user_agent: Option<&str>) -> &'static str {
    let name = user_agent.unwrap_or_default().to_ascii_lowercase();
    let known = SETTINGS.iter().find(|(known, _)| name.contains(known));
    known.map_or(ALL, |(_, setting)| setting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_who_asks() {
        for (user_agent, wanted) in [
            ("python-requests/2.32.5", "REQUESTS_CA_BUNDLE=FILE"),
            ("Java/17.0.9", JAVA),
            ("Go-http-client/1.1", "SSL_CERT_FILE=FILE"),
            ("node", NODE),
            ("something/1", ALL),
        ] {
            assert_eq!(trust_advice(Some(user_agent)), wanted, "{user_agent}");
        }
        assert_eq!(trust_advice(None), ALL);
    }
}
