use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::Value;
use tokenring_jwk::{JsonObject, Signature};

/// A client assertion that was taken apart and that nobody has verified yet.
pub(crate) struct UnverifiedAssertion<'a> {
    header: JsonObject,
    claims: JsonObject,
    signing_input: &'a [u8],
    signature: Option<Signature>,
    has_undecodable_signature: bool,
}

impl<'a> UnverifiedAssertion<'a> {
    /// Takes a JWS in compact serialization apart: RFC 7515, section 7.1.
    ///
    /// Nothing comes of anything but three parts, the first two of them unpadded base64url of a
    /// JSON object with unique member names (RFC 7515, section 4). A signature that cannot be
    /// decoded is left out, and then nothing verifies: that is another rule's business.
    pub(crate) fn decode(text: &'a str) -> Option<Self> {
        let (signing_input, signature) = text.rsplit_once('.')?;
        let (header, claims) = signing_input.split_once('.')?;
        let decoded = Base64UrlUnpadded::decode_vec(signature);
        Some(Self {
            has_undecodable_signature: decoded.is_err(),
            header: decode_object(header)?,
            claims: decode_object(claims)?,
            signing_input: signing_input.as_bytes(),
            signature: decoded
                .ok()
                .filter(|bytes| !bytes.is_empty())
                .map(Signature::from_bytes),
        })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&Value> {
        self.header.get(name)
    }

    pub(crate) fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.get(name)
    }

    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.header.iter()
    }

    pub(crate) fn claims(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.claims.iter()
    }

    pub(crate) const fn signing_input(&self) -> &'a [u8] {
        self.signing_input
    }

    /// Whether there is something in the place of the signature that is not base64url.
    pub(crate) const fn has_undecodable_signature(&self) -> bool {
        self.has_undecodable_signature
    }

    pub(crate) const fn signature(&self) -> Option<&Signature> {
        self.signature.as_ref()
    }
}

fn decode_object(part: &str) -> Option<JsonObject> {
    let json = Base64UrlUnpadded::decode_vec(part).ok()?;
    JsonObject::parse(&json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(text: &str) -> String {
        Base64UrlUnpadded::encode_string(text.as_bytes())
    }

    #[test]
    fn refuses_what_is_not_a_compact_jws_of_two_objects() {
        let object = encode("{}");
        for bad in [
            String::new(),
            "invalid".to_owned(),
            "..".to_owned(),
            format!("{object}.{object}"),
            format!("{object}.{object}.AA.AA"),
            format!("{object}.{object}.AA.AA.AA"),
            format!("{object}=.{object}.AA"),
            format!("{object}.{object}\n.AA"),
            format!(" {object}.{object}.AA"),
            format!("{}.{object}.AA", encode("[]")),
            format!("{object}.{}.AA", encode("7")),
            format!("{}.{object}.AA", encode(r#"{"alg":"a","alg":"b"}"#)),
            format!("{object}.{}.AA", encode("{} {}")),
        ] {
            assert!(UnverifiedAssertion::decode(&bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn keeps_the_bytes_that_were_signed() {
        let text = format!("{}.{}.AAEC", encode(r#"{"alg":"x"}"#), encode("{ }"));
        let assertion = UnverifiedAssertion::decode(&text).unwrap();
        assert_eq!(
            assertion.signing_input(),
            text.trim_end_matches(".AAEC").as_bytes()
        );
        assert_eq!(assertion.signature().unwrap().as_bytes(), [0, 1, 2]);
        assert_eq!(assertion.header("alg").unwrap(), "x");
    }

    #[test]
    fn leaves_a_signature_out_that_is_empty_or_not_base64url() {
        let object = encode("{}");
        for signature in ["", "A", "AA=", "A+A/"] {
            let text = format!("{object}.{object}.{signature}");
            let assertion = UnverifiedAssertion::decode(&text).unwrap();
            assert!(assertion.signature().is_none(), "{signature:?}");
        }
    }
}
