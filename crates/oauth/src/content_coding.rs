//! Answers that a server compressed, although nobody asked for that (RFC 9110 section 8.4.1).

#[cfg(feature = "gzip")]
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::io::{self, Read};

#[cfg(feature = "gzip")]
use flate2::read::MultiGzDecoder;

use crate::http_request::IDENTITY;
use crate::sent_request::SentRequest;
use crate::{HttpResponse, TransportError, TransportErrorKind as Kind, printable};

/// What gzip begins with (RFC 1952 section 2.3.1).
#[cfg(feature = "gzip")]
const GZIP: &[u8] = b"\x1f\x8b\x08";

/// How a body is coded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Coding {
    Identity,
    #[cfg(feature = "gzip")]
    Gzip,
}

impl Coding {
    /// How the body of this answer is coded; as identity where the caller asked for a coding.
    pub(crate) fn of(
        response: &HttpResponse,
        request: &SentRequest,
    ) -> Result<Self, TransportError> {
        if !wants_identity(request) {
            return Ok(Self::Identity);
        }
        let codings = response.headers();
        let codings = codings.filter(|(name, _)| name.eq_ignore_ascii_case("Content-Encoding"));
        let codings = codings.flat_map(|(_, value)| value.split(','));
        let codings = codings.map(|coding| coding.trim().to_ascii_lowercase());
        let codings: Vec<String> = codings.filter(|it| !is_identity(it)).collect();
        match codings.join(", ").as_str() {
            "" => Ok(Self::Identity),
            #[cfg(feature = "gzip")]
            "gzip" | "x-gzip" => Ok(Self::Gzip),
            other => Err(TransportError::new(
                Kind::UnsupportedEncoding,
                format!(
                    "the response is compressed ({}), which was not requested: check the URL, and \
                     whether a proxy compresses it",
                    printable(&response.words_to_show(other))
                ),
            )),
        }
    }
}

/// Whether a request asks for no coding. Whoever asks for one gets what comes.
fn wants_identity(request: &SentRequest) -> bool {
    let mut headers = request.headers.iter();
    let accepted = headers.find(|header| header.name().eq_ignore_ascii_case(IDENTITY.0));
    accepted.is_none_or(|header| header.secret_value().trim() == IDENTITY.1)
}

/// Whether this changes nothing: also what servers write there by mistake, such as the name of a
/// set of characters.
fn is_identity(coding: &str) -> bool {
    const NONE: [&str; 9] = [
        "", "identity", "none", "binary", "7bit", "8bit", "utf-8", "utf8", "us-ascii",
    ];
    NONE.contains(&coding) || coding.starts_with("iso-8859")
}

impl HttpResponse {
    /// Decompresses the body, where the server compressed it with gzip although the request asked
    /// for no coding; to at most this many bytes. Without the feature `gzip` that is an error.
    ///
    /// Transports do this before they hand a response on.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::UnsupportedEncoding`](Kind::UnsupportedEncoding) for another coding
    /// and for damaged data, [`TransportErrorKind::TooLarge`](Kind::TooLarge).
    #[cfg_attr(
        not(feature = "gzip"),
        expect(unused_variables, reason = "nothing is decompressed")
    )]
    pub fn decompressed(self, largest: usize) -> Result<Self, TransportError> {
        let (coding, is_wanted) = match self.request() {
            Some(request) => (Coding::of(&self, request)?, wants_identity(request)),
            None => (Coding::Identity, false),
        };
        match coding {
            // No text, key or certificate begins like that: a server left the header out.
            #[cfg(feature = "gzip")]
            Coding::Identity if is_wanted && self.body().starts_with(GZIP) => {
                self.without_gzip(largest)
            }
            Coding::Identity => Ok(self),
            // A proxy that decompressed left the header in.
            #[cfg(feature = "gzip")]
            Coding::Gzip if !self.body().starts_with(GZIP) => Ok(self),
            #[cfg(feature = "gzip")]
            Coding::Gzip => self.without_gzip(largest),
        }
    }

    #[cfg(feature = "gzip")]
    fn without_gzip(self, largest: usize) -> Result<Self, TransportError> {
        let limit = u64::try_from(largest).unwrap_or(u64::MAX).saturating_add(1);
        let mut body = Vec::new();
        let mut decoder = MultiGzDecoder::new(self.body()).take(limit);
        decoder.read_to_end(&mut body).map_err(|_| damaged())?;
        if body.len() > largest {
            return Err(TransportError::new(
                Kind::TooLarge,
                format!("the response is larger than {largest} bytes: check the URL"),
            ));
        }
        Ok(self.uncoded().with_body(body))
    }
}

#[cfg(feature = "gzip")]
fn damaged() -> TransportError {
    TransportError::new(
        Kind::UnsupportedEncoding,
        "the response is compressed with gzip, and damaged: try again, and check whether a proxy \
         changes it",
    )
}

/// A body that streams, decompressed where it is coded.
pub(crate) enum Decoder<R> {
    Identity(R),
    #[cfg(feature = "gzip")]
    Gzip(Box<MultiGzDecoder<Counted<R>>>),
}

/// Knows whether anything came.
#[cfg(feature = "gzip")]
pub(crate) struct Counted<R> {
    reader: R,
    is_empty: bool,
}

impl<R: Read> Decoder<R> {
    pub(crate) fn new(coding: Coding, reader: R) -> Self {
        match coding {
            Coding::Identity => Self::Identity(reader),
            #[cfg(feature = "gzip")]
            Coding::Gzip => Self::Gzip(Box::new(MultiGzDecoder::new(Counted {
                reader,
                is_empty: true,
            }))),
        }
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Identity(reader) => reader.read(buffer),
            #[cfg(feature = "gzip")]
            Self::Gzip(decoder) => match decoder.read(buffer) {
                // No body, as the answer to HEAD has none.
                Err(_) if decoder.get_ref().is_empty => Ok(0),
                // What is underneath brings its own.
                Err(error)
                    if error
                        .get_ref()
                        .is_none_or(|inner| !inner.is::<TransportError>()) =>
                {
                    Err(io::Error::new(error.kind(), damaged()))
                }
                read => read,
            },
        }
    }
}

#[cfg(feature = "gzip")]
impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer);
        // A failure is no empty body.
        self.is_empty &= matches!(read, Ok(0));
        read
    }
}
