/// Words in a name that speak of a secret.
const SECRET: &[&str] = &[
    "secret",
    "password",
    "passphrase",
    "token",
    "assertion",
    "authorization",
    "cookie",
    "apikey",
    "api-key",
    "credential",
    "passwd",
    "pwd",
    "-key",
    "_key",
];
/// Returns whether the name of an option or claim speaks of a secret.
///
/// # Examples
///
/// ```
/// use tokenring_text::is_secret_name;
///
/// assert!(is_secret_name("X-Api-Key") && is_secret_name("client_secret"));
/// assert!(!is_secret_name("scope"));
/// ```
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    name == "key" || SECRET.iter().any(|word| name.contains(word))
}

/// Returns whether the name of a form parameter or header speaks of a secret: shorter words do
/// so there.
///
/// # Examples
///
/// ```
/// use tokenring_text::is_secret_parameter;
///
/// assert!(is_secret_parameter("pin") && is_secret_parameter("X-Auth"));
/// assert!(!is_secret_parameter("passage"));
/// ```
#[must_use]
pub fn is_secret_parameter(name: &str) -> bool {
    const WORDS: [&str; 13] = [
        "auth",
        "bearer",
        "dpop",
        "jwt",
        "otp",
        "pass",
        "passcode",
        "pin",
        "pw",
        "session",
        "sid",
        "sig",
        "signature",
    ];
    let name = name.trim().to_ascii_lowercase();
    let mut words = name.split(|character: char| !character.is_alphanumeric());
    is_secret_name(&name) || name.ends_with("key") || words.any(|word| WORDS.contains(&word))
}
