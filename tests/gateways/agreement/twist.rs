//! Damage to the text of a JWS, which no JSON value shows.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Twist {
    PaddedHeader,
    PaddedClaims,
    PaddedSignature,
    StandardAlphabetInHeader,
    TrailingBitsInHeader,
    TrailingBitsInSignature,
    BlankInClaims,
    LineBreakInSignature,
    Scheme,
    Quotes,
    NoSignature,
    ShortSignature,
    LongSignature,
    ForeignCharacterInSignature,
    TwoParts,
    FourParts,
    FiveParts,
    EmptyHeader,
    EmptyClaims,
    ListAsClaims,
    TextAsHeader,
    ByteOrderMark,
    NoUtf8,
    BehindTheObject,
    RepeatedHeaderName,
    RepeatedClaim,
    RepeatedNameDeepInClaims,
    NumberTooLarge,
    BlanksInJson,
    EscapedNames,
}

impl Twist {
    pub(super) const ALL: [Self; 30] = [
        Self::PaddedHeader,
        Self::PaddedClaims,
        Self::PaddedSignature,
        Self::StandardAlphabetInHeader,
        Self::TrailingBitsInHeader,
        Self::TrailingBitsInSignature,
        Self::BlankInClaims,
        Self::LineBreakInSignature,
        Self::Scheme,
        Self::Quotes,
        Self::NoSignature,
        Self::ShortSignature,
        Self::LongSignature,
        Self::ForeignCharacterInSignature,
        Self::TwoParts,
        Self::FourParts,
        Self::FiveParts,
        Self::EmptyHeader,
        Self::EmptyClaims,
        Self::ListAsClaims,
        Self::TextAsHeader,
        Self::ByteOrderMark,
        Self::NoUtf8,
        Self::BehindTheObject,
        Self::RepeatedHeaderName,
        Self::RepeatedClaim,
        Self::RepeatedNameDeepInClaims,
        Self::NumberTooLarge,
        Self::BlanksInJson,
        Self::EscapedNames,
    ];

    /// The JSON of a part, before it is encoded.
    pub(super) fn json(self, part: &str, json: &str) -> Vec<u8> {
        let with = |member: &str| json.replacen('{', &format!("{{{member},"), 1);
        let twisted = match (self, part) {
            (Self::EmptyHeader, "header") | (Self::EmptyClaims, "claims") => String::new(),
            (Self::ListAsClaims, "claims") => format!("[{json}]"),
            (Self::TextAsHeader, "header") => "\"JWT\"".to_owned(),
            (Self::ByteOrderMark, _) => format!("\u{feff}{json}"),
            (Self::NoUtf8, "claims") => {
                let mut bytes = with("\"a\":\"?\"").into_bytes();
                bytes[6] = 0xff;
                return bytes;
            }
            (Self::BehindTheObject, "header") => format!("{json}{json}"),
            (Self::RepeatedHeaderName, "header") => with("\"alg\":\"RS256\""),
            (Self::RepeatedClaim, "claims") => with("\"exp\":1800000060"),
            (Self::RepeatedNameDeepInClaims, "claims") => with("\"resource\":[{\"a\":1,\"a\":1}]"),
            (Self::NumberTooLarge, "claims") => with("\"resource\":1e400"),
            (Self::BlanksInJson, _) => format!(" {} \n", json.replace(',', " ,\t")),
            (Self::EscapedNames, _) => json.replace("\"a", "\"\\u0061"),
            _ => json.to_owned(),
        };
        twisted.into_bytes()
    }

    /// A part in base64url.
    pub(super) fn encoded(self, part: &str, encoded: &str) -> String {
        let middle = encoded.len() / 2;
        let with = |inserted: &str| {
            let (front, back) = encoded.split_at(middle);
            format!("{front}{inserted}{back}")
        };
        match (self, part) {
            (Self::PaddedHeader, "header")
            | (Self::PaddedClaims, "claims")
            | (Self::PaddedSignature, "signature") => {
                let bytes = Base64UrlUnpadded::decode_vec(encoded).unwrap();
                let padding = Base64::encode_string(&bytes).len() - encoded.len();
                // A part that needs no padding gets some all the same.
                format!("{encoded}{}", "=".repeat(padding.max(1)))
            }
            (Self::StandardAlphabetInHeader, "header") => format!("{encoded}+/"),
            (Self::TrailingBitsInHeader, "header")
            | (Self::TrailingBitsInSignature, "signature") => with_trailing_bits(encoded),
            (Self::BlankInClaims, "claims") => with(" "),
            (Self::LineBreakInSignature, "signature") => with("\r\n"),
            (Self::ForeignCharacterInSignature, "signature") => with("*"),
            (Self::NoSignature, "signature") => String::new(),
            (Self::ShortSignature, "signature") => encoded[..encoded.len() - 4].to_owned(),
            (Self::LongSignature, "signature") => format!("AAAA{encoded}"),
            _ => encoded.to_owned(),
        }
    }

    /// The JWS as a whole.
    pub(super) fn whole(self, jws: String) -> String {
        match self {
            Self::Scheme => format!("Bearer {jws}"),
            Self::Quotes => format!("\"{jws}\""),
            Self::TwoParts => jws.rsplit_once('.').unwrap().0.to_owned(),
            Self::FourParts => format!("{jws}.AAAA"),
            Self::FiveParts => format!("{jws}.AAAA.AAAA"),
            _ => jws,
        }
    }
}

/// Sets a bit of the last digit that belongs to no byte (RFC 4648 section 3.5).
fn with_trailing_bits(encoded: &str) -> String {
    let mut digits = encoded.as_bytes().to_vec();
    if digits.len() % 4 == 0 {
        // There are none; one byte more makes some.
        return format!("{encoded}AB");
    }
    let last = digits.last_mut().unwrap();
    let value = ALPHABET.iter().position(|digit| digit == last).unwrap();
    *last = ALPHABET[value | 1];
    String::from_utf8(digits).unwrap()
}
