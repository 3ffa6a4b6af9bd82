use alloc::vec::Vec;

use zeroize::Zeroizing;

/// An `application/x-www-form-urlencoded` body, as RFC 6749 appendix B and the
/// WHATWG URL standard write it.
pub(crate) struct Form(Zeroizing<Vec<u8>>);

impl Form {
    /// Starts a form that will hold these fields.
    ///
    /// The room is taken at once: a buffer that grows leaves copies of the
    /// assertion behind that nobody wipes.
    pub(crate) fn with_room_for<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let length = fields
            .map(|(name, value)| 3 * (name.len() + value.len()) + 2)
            .sum();
        Self(Zeroizing::new(Vec::with_capacity(length)))
    }

    pub(crate) fn push(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push(b'&');
        }
        self.encode(name);
        self.0.push(b'=');
        self.encode(value);
    }

    pub(crate) fn into_body(self) -> Zeroizing<Vec<u8>> {
        self.0
    }

    fn encode(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                b' ' => self.0.push(b'+'),
                b'*' | b'-' | b'.' | b'_' => self.0.push(byte),
                _ if byte.is_ascii_alphanumeric() => self.0.push(byte),
                _ => self
                    .0
                    .extend([b'%', upper_hex(byte >> 4), upper_hex(byte & 0x0f)]),
            }
        }
    }
}

const fn upper_hex(nibble: u8) -> u8 {
    if nibble < 10 {
        b'0' + nibble
    } else {
        b'A' + nibble - 10
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, value: &str, encoded: &str) {
        let mut form = Form::with_room_for([(name, value)].into_iter());
        let room = form.0.capacity();
        form.push(name, value);
        assert_eq!(form.0.capacity(), room, "the buffer grew");
        assert_eq!(*form.into_body(), encoded.as_bytes());
    }

    #[test]
    fn encoding() {
        // RFC 6749 appendix B.
        check("value", " %&+£€", "value=+%25%26%2B%C2%A3%E2%82%AC");
        // RFC 7523 section 2.2 and the WHATWG percent-encode set.
        check(
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
        );
        check("a", "*-._~!'()", "a=*-._%7E%21%27%28%29");
        check("a", "\r\n\0/=", "a=%0D%0A%00%2F%3D");
        check("", "", "=");
    }
}
