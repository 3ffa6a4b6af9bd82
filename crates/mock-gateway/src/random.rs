const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789AB";
/// The length of Apigee's opaque tokens.
const TOKEN_LENGTH: usize = 28;

/// Makes an opaque access token of letters and digits.
///
/// Nothing comes of it where the system has no random numbers to give. Two letters are twice as
/// likely as the others, which leaves more than 160 bits.
pub(crate) fn access_token() -> Option<String> {
    let mut bytes = [0; TOKEN_LENGTH];
    getrandom::getrandom(&mut bytes).ok()?;
    let letter = |byte: &u8| ALPHABET.get(usize::from(byte % 64)).copied();
    bytes
        .iter()
        .map(letter)
        .map(|each| each.map(char::from))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_a_new_token_each_time() {
        let (one, two) = (access_token().unwrap(), access_token().unwrap());
        assert_eq!(one.len(), TOKEN_LENGTH);
        assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_ne!(one, two);
    }
}
