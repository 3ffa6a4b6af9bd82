use tokenring_jwk::KeyId;

/// The key identifier that comes after another: `int-1`, `int-2`, … `int-9`, `int-10`.
///
/// The digits at the end count up and keep their width while they can (`key09`, `key10`); a name
/// without any is the first of its kind (`main`, `main-2`). A name that is taken is passed over.
#[must_use]
pub fn next_key_id(last: &KeyId, is_taken: impl Fn(&KeyId) -> bool) -> KeyId {
    let mut text = last.as_str().to_owned();
    loop {
        text = successor(&text);
        let key_id = KeyId::new(text.as_str());
        if !is_taken(&key_id) {
            return key_id;
        }
    }
}

/// What a name begins with, and the digits that it ends with.
fn split(text: &str) -> (&str, &str) {
    let stem = text.trim_end_matches(|c: char| c.is_ascii_digit());
    (stem, text.strip_prefix(stem).unwrap_or_default())
}

/// Whether two names differ in the digits at their ends at most.
pub(crate) fn is_same_sequence(one: &KeyId, other: &KeyId) -> bool {
    split(one.as_str()).0 == split(other.as_str()).0
}

/// Whether a name comes after another one of the same sequence.
pub(crate) fn is_later(one: &KeyId, other: &KeyId) -> bool {
    // Any number of digits.
    let number = |key_id: &KeyId| {
        let digits = split(key_id.as_str()).1.trim_start_matches('0').to_owned();
        (digits.len(), digits)
    };
    is_same_sequence(one, other) && number(one) > number(other)
}

/// The last of these names in the sequence of the first one.
///
/// A rotation that was restored from a backup does not know what was made since then; the JWK
/// Set may.
#[must_use]
pub fn latest_key_id<'k>(first: &'k KeyId, others: impl Iterator<Item = &'k KeyId>) -> &'k KeyId {
    others.fold(first, |latest, key_id| match is_later(key_id, latest) {
        true => key_id,
        false => latest,
    })
}

fn successor(text: &str) -> String {
    let (stem, digits) = split(text);
    if digits.is_empty() {
        return format!("{stem}-2");
    }
    // Any number of digits, so that no length of a date in a name overflows.
    let mut counted = Vec::with_capacity(digits.len());
    let mut carry = true;
    for digit in digits.bytes().rev() {
        let (next, goes_on) = match (digit, carry) {
            (b'9', true) => (b'0', true),
            (digit, true) => (digit.saturating_add(1), false),
            (digit, false) => (digit, false),
        };
        counted.push(char::from(next));
        carry = goes_on;
    }
    if carry {
        counted.push('1');
    }
    let digits: String = counted.into_iter().rev().collect();
    format!("{stem}{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(last: &str, taken: &[&str], next: &str) {
        let key_id = next_key_id(&KeyId::new(last), |id| taken.contains(&id.as_str()));
        assert_eq!(key_id.as_str(), next);
    }

    #[test]
    fn counts_up() {
        check("int-1", &[], "int-2");
        check("int-9", &[], "int-10");
        check("key09", &[], "key10");
        check("main", &[], "main-2");
        check("main-2", &[], "main-3");
        check("2026", &[], "2027");
        check("", &[], "-2");
        check("v99999999999999999999999", &[], "v100000000000000000000000");
    }

    #[test]
    fn orders_names_of_one_sequence() {
        let check = |one: &str, other: &str, later: bool| {
            assert_eq!(
                is_later(&KeyId::new(one), &KeyId::new(other)),
                later,
                "{one}"
            );
        };
        check("int-10", "int-9", true);
        check("int-9", "int-10", false);
        check("int-09", "int-9", false);
        check("main", "main", false);
        check("v99999999999999999999999", "v9", true);
        check("int-10", "prod-9", false);
        let others = ["int-7", "prod-9", "int-10"].map(KeyId::new);
        assert_eq!(
            latest_key_id(&KeyId::new("int-8"), others.iter()),
            &others[2]
        );
    }

    #[test]
    fn passes_over_what_is_taken() {
        check("int-1", &["int-2", "int-3"], "int-4");
        check("main", &["main-2"], "main-3");
    }
}
