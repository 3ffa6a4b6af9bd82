//! The formats of key files, by the names that people have for them.

/// What a file is written in, as far as its beginning shows; the rest may be damaged.
pub(crate) fn describe(contents: &[u8]) -> &'static str {
    let contents = contents.strip_prefix(b"\xef\xbb\xbf").unwrap_or(contents);
    let text = std::str::from_utf8(contents).unwrap_or_default();
    if text.trim_start().starts_with('{') {
        return if text.contains("-----BEGIN ") {
            "PEM in JSON"
        } else if text.contains("\"ciphertext\"") {
            "encrypted JWK"
        } else if text.contains("\"keys\"") {
            "JWK Set"
        } else {
            "JWK"
        };
    }
    const LABELS: &[(&str, &str)] = &[
        ("ENCRYPTED PRIVATE KEY", "encrypted PKCS#8 in PEM"),
        ("RSA PRIVATE KEY", "PKCS#1 in PEM"),
        ("EC PRIVATE KEY", "SEC 1 in PEM"),
        ("PRIVATE KEY", "PKCS#8 in PEM"),
        ("OPENSSH PRIVATE KEY", "OpenSSH's own format"),
        ("RSA PUBLIC KEY", "PKCS#1 in PEM"),
        ("PUBLIC KEY", "SPKI in PEM"),
        ("CERTIFICATE", "X.509 in PEM"),
    ];
    for (label, name) in LABELS {
        if text.contains(&format!("-----BEGIN {label}-----")) {
            return name;
        }
    }
    let is_openssh = ["ssh-", "ecdsa-", "---- BEGIN SSH2 PUBLIC KEY"]
        .iter()
        .any(|mark| text.trim_start().starts_with(mark));
    if is_openssh {
        return "OpenSSH's own format";
    }
    let is_base64 = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    match describe_der(contents) {
        Some(format) => format,
        // A length that is not stated, as in PKCS#12 of Windows and of Bouncy Castle.
        None if contents.starts_with(&[0x30, 0x80]) => "PKCS#12",
        None if contents.starts_with(b"eyJ") => "encrypted JWK",
        None if contents.iter().all(is_base64) => "base64 of a key",
        None => "DER",
    }
}

/// Tells the formats apart by the kinds of their first values.
fn describe_der(der: &[u8]) -> Option<&'static str> {
    const INTEGER: u8 = 0x02;
    const OCTETS: u8 = 0x04;
    const SEQUENCE: u8 = 0x30;
    let (_, body, _) = value(der)?;
    let (first, contents, rest) = value(body)?;
    let second = value(rest).map(|(tag, ..)| tag);
    Some(match (first, second) {
        (INTEGER, Some(SEQUENCE)) if contents == [3] => "PKCS#12",
        (INTEGER, Some(SEQUENCE)) => "PKCS#8 in DER",
        (INTEGER, Some(OCTETS)) => "SEC 1 in DER",
        (INTEGER, Some(INTEGER)) => "PKCS#1 in DER",
        (SEQUENCE, Some(OCTETS)) => "encrypted PKCS#8 in DER",
        (SEQUENCE, Some(SEQUENCE)) => "X.509 in DER",
        (SEQUENCE, Some(_)) if !contents.is_empty() => "SPKI in DER",
        _ => return None,
    })
}

/// A value's tag and contents, and what follows it.
fn value(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f).min(4))?;
        let shift = |length: usize, &digit: &u8| (length << 8) | usize::from(digit);
        (digits.iter().fold(0, shift), rest)
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((tag, contents, rest))
}
