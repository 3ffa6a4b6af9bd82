//! Recognizes what a key file holds, where a name or a sentence is expected.

use alloc::string::String;

/// Longer than words, identifiers and hashes.
const LONGEST_PLAIN_RUN: usize = 100;
/// A component of a path is seldom that long; one of base64 with its `/` nearly always is.
const LONGEST_PLAIN_COMPONENT: usize = 40;
/// Base64 of the frame of a DER key and of a part of what it holds.
const SHORTEST_DER: usize = 24;
/// Words behind a key are shorter.
const SHORTEST_LINE: usize = 20;
/// 15 bytes in base64url: less is no key.
const SHORTEST_MEMBER: usize = 20;

/// Returns whether a text reads as the contents of a key file rather than as the name of one.
///
/// That is PEM, also without its first or last line, base64 of DER, JSON, and anything of several
/// lines.
///
/// # Examples
///
/// ```
/// use tokenring_text::is_key_material;
///
/// assert!(is_key_material(r#"{"kty":"OKP","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#));
/// assert!(is_key_material("MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"));
/// assert!(!is_key_material("keys/int-1.pem"));
/// ```
#[must_use]
pub fn is_key_material(text: &str) -> bool {
    let text = text.trim();
    if text.contains("-----") || text.contains(['\n', '\r']) {
        return true;
    }
    let is_json = text.starts_with(['{', '[']) && text.contains([':', '"']);
    if is_json
        || ["\"kty\"", "\"keys\""]
            .iter()
            .any(|part| text.contains(part))
    {
        return true;
    }
    let dense: String = text.split_whitespace().collect();
    next_run(&dense).is_some() || next_member(&dense).is_some()
}

/// Where the next run of base64 of a key is, as its start and its end.
pub(crate) fn next_run(text: &str) -> Option<(usize, usize)> {
    let mut start = 0;
    loop {
        let rest = text.get(start..)?;
        start += rest.find(is_base64)?;
        let rest = text.get(start..)?;
        let length = rest
            .find(|character| !is_base64(character))
            .unwrap_or(rest.len());
        let run = rest.get(..length)?;
        if let Some(offset) = key_in(run) {
            let end = start + length;
            return Some((start + offset, end + more_lines(text.get(end..)?)));
        }
        start += length;
    }
}

/// Where the next block of PEM is, as its start and its end.
pub(crate) fn next_pem(text: &str) -> Option<(usize, usize)> {
    let start = text.find("-----BEGIN ")?;
    // An example of a first line is no key.
    let behind = text
        .get(start..)?
        .split_once("-----")?
        .1
        .split_once("-----")?
        .1;
    let line =
        behind.trim_start_matches(|character: char| character.is_whitespace() || character == '\\');
    let is_example = line
        .find(|character| !is_base64(character))
        .unwrap_or(line.len())
        < SHORTEST_DER;
    if is_example {
        return None;
    }
    let end = behind
        .rfind("-----")
        .map_or(behind.len(), |at| at + "-----".len());
    Some((start, text.len() - behind.len() + end))
}

/// The length of the further lines of a key that is broken into such.
fn more_lines(text: &str) -> usize {
    let mut length = 0;
    loop {
        let rest = text.get(length..).unwrap_or_default();
        let line = rest.trim_start_matches(|character: char| character.is_whitespace());
        let line = line.strip_prefix("\\n").unwrap_or(line);
        let end = line
            .find(|character| !is_base64(character))
            .unwrap_or(line.len());
        if end < SHORTEST_LINE || line.len() == rest.len() {
            return length;
        }
        length += rest.len() - line.len() + end;
    }
}

fn is_base64(character: char) -> bool {
    character.is_ascii_alphanumeric() || "+/-_=".contains(character)
}

/// Where in a run of base64 a key begins, if there is one.
fn key_in(run: &str) -> Option<usize> {
    // A name and an equals sign may stand in front of it.
    let named = run.trim_end_matches('=').rfind('=').map_or(0, |at| at + 1);
    let key = run.get(named..)?;
    let is_key = is_der(key) || is_armored(key) || is_long(key);
    is_key.then_some(named)
}

/// Base64 of a line of PEM.
fn is_armored(run: &str) -> bool {
    run.starts_with("LS0tLS1CRUdJTi")
}

fn is_long(run: &str) -> bool {
    let is_mixed = |component: &str| {
        component.len() > LONGEST_PLAIN_COMPONENT
            && component.bytes().any(|byte| byte.is_ascii_uppercase())
            && component.bytes().any(|byte| byte.is_ascii_lowercase())
            && component.bytes().any(|byte| byte.is_ascii_digit())
    };
    run.len() > LONGEST_PLAIN_RUN && run.split('/').any(is_mixed)
}

/// Whether this is base64 of a DER SEQUENCE that is as long as it says, or of the beginning of a
/// private key: a SEQUENCE that begins with a version (RFC 5958, RFC 8017, RFC 5915).
fn is_der(run: &str) -> bool {
    let digits = run.trim_end_matches('=');
    if digits.len() < SHORTEST_DER {
        return false;
    }
    sequence(digits).is_some_and(|(length, first)| first == [2, 1] || has_bytes(digits, length))
}

/// Whether this is base64 of a whole certificate (RFC 5280), which is public: behind two SEQUENCEs
/// it states its version.
pub(crate) fn is_certificate(run: &str) -> bool {
    let digits = run.trim_end_matches('=');
    let states_version = matches!(
        first_bytes::<13>(digits),
        Some(
            [0x30, 0x82, _, _, 0x30, 0x82, _, _, 0xa0, 3, 2, 1, _]
                | [0x30, 0x82, _, _, 0x30, 0x81, _, 0xa0, 3, 2, 1, ..]
        )
    );
    states_version && sequence(digits).is_some_and(|(length, _)| has_bytes(digits, length))
}

/// How long a DER SEQUENCE in base64 says that it is as a whole, and what it holds first.
fn sequence(digits: &str) -> Option<(usize, [u8; 2])> {
    let length = |high: u8, low: u8| usize::from(high) * 256 + usize::from(low);
    match first_bytes::<9>(digits)? {
        [0x30, 0x82, high, low, first, second, ..] => {
            Some((4 + length(high, low), [first, second]))
        }
        [0x30, 0x81, low, first, second, ..] => Some((3 + length(0, low), [first, second])),
        [0x30, low @ 0..=0x7f, first, second, ..] => Some((2 + length(0, low), [first, second])),
        _ => None,
    }
}

/// Whether base64 without padding holds so many bytes.
const fn has_bytes(digits: &str, length: usize) -> bool {
    digits.len() * 3 / 4 == length
}

/// The first bytes of base64, if it has so many.
fn first_bytes<const COUNT: usize>(digits: &str) -> Option<[u8; COUNT]> {
    let mut bytes = [0_u8; COUNT];
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut digits = digits.bytes();
    for byte in &mut bytes {
        while held < 8 {
            bits = (bits << 6) | value_of(digits.next()?)?;
            held += 6;
        }
        held -= 8;
        *byte = u8::try_from((bits >> held) & 0xff).ok()?;
    }
    Some(bytes)
}

fn value_of(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(value.into())
}

/// Where the next private value of a JWK is (RFC 7518 section 6), as its start and its end: the
/// shorter ones, as the others are long runs.
pub(crate) fn next_member(text: &str) -> Option<(usize, usize)> {
    let mut start = 0;
    loop {
        let found = text.get(start..)?.find("\"d").into_iter();
        let found = found.chain(text.get(start..)?.find("\"k")).min()?;
        start += found + 2;
        if let Some((from, to)) = value_in(text.get(start..)?) {
            return Some((start + from, start + to));
        }
    }
}

/// The value behind the name of a member; both may be escaped.
fn value_in(text: &str) -> Option<(usize, usize)> {
    let quoted = |text: &str| -> Option<usize> {
        let rest = text.trim_start();
        let rest = rest.strip_prefix('\\').unwrap_or(rest);
        let rest = rest.strip_prefix('"')?;
        Some(text.len() - rest.len())
    };
    let mut from = quoted(text)?;
    let rest = text.get(from..)?;
    let behind = rest.trim_start().strip_prefix(':')?;
    from += rest.len() - behind.len();
    from += quoted(behind)?;
    let value = text.get(from..)?;
    let length = value.find(['"', '\\']).unwrap_or(value.len());
    (length >= SHORTEST_MEMBER).then_some((from, from + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(is_key_material(text), expected, "{text}");
    }

    #[test]
    fn names_of_files() {
        check("int-1.pem", false);
        check("int-1.pem\n", false);
        check("-", false);
        check("/dev/fd/3", false);
        check("${HOME}/keys/{env}.pem", false);
        check("pkcs11:token=a;object=b?module-path=/usr/lib/x.so", false);
        check(
            "keys/NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs.pem",
            false,
        );
        check(&"/srv/Some Body/Projects2/deeply/nested".repeat(6), false);
        let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        check(
            &["/var/lib/store/of/a/system/", hash, "/key"].concat(),
            false,
        );
        check("C:\\keys\\int-1.pem", false);
    }

    #[test]
    fn contents_of_files() {
        check("-----BEGIN PUBLIC KEY-----", true);
        check("AAAA\nBBBB", true);
        check("AAAA\rBBBB", true);
        check("[{\"kty\": \"EC\"}]", true);
        check("{kty:EC,d:abc}", true);
        check("\"kty\":\"EC\"", true);
        // The first bytes of an EC key (RFC 5958, RFC 5915) that was cut.
        check("MIGHAgEAMBMGByqGSM49AgEG", true);
        check("key=MHcCAQEEIAABAgMEBQYHCAkK", true);
        // RSA of 2048 and more bits.
        check("MIIEvQIBADANBgkqhkiG9w0B", true);
        check(&"aB3/".repeat(26), false);
        check(&"aB3_".repeat(26), true);
        check(&["aB3+ ".repeat(15), "cD4+ ".repeat(15)].concat(), true);
        check("LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t", true);
    }
}
