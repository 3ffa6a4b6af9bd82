//! Reads the numbers and moments of a token response, and the end of its token.

use core::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::Value;
use tokenring_assertion::NumericDate;
use tokenring_jwk::JsonObject;
use zeroize::Zeroizing;

/// The longest lifetime that is believed.
pub(crate) const LONGEST_LIFETIME: Duration = Duration::from_secs(0x7fff_ffff);

/// When a token ends, if it is a JWT that says so.
pub(crate) fn expiry(token: &str) -> Option<NumericDate> {
    let mut parts = token.split('.');
    let decode = |part: &str| Base64UrlUnpadded::decode_vec(part).map(Zeroizing::new).ok();
    let header = parts.next()?;
    let claims = decode(parts.next()?)?;
    let _signature = parts.next()?;
    if parts.next().is_some() {
        return None;
    }
    JsonObject::parse(&decode(header)?).ok()?.get("alg")?;
    moment(JsonObject::parse(&claims).ok()?.get("exp")?)
}

/// A number of whole seconds, none for one that is too large.
pub(crate) fn seconds(value: &Value) -> Option<Duration> {
    let number = number(value)?;
    if number < 0.0 {
        return Some(Duration::ZERO);
    }
    let exact = Duration::try_from_secs_f64(number).ok()?;
    let whole = Duration::from_secs(exact.as_secs());
    (whole <= LONGEST_LIFETIME).then_some(whole)
}

/// A moment in seconds or milliseconds, told apart by their magnitude.
pub(crate) fn moment(value: &Value) -> Option<NumericDate> {
    const FIRST_MILLISECOND: u64 = 100_000_000_000;
    /// The last second of the year 9999: no clock is beyond.
    const LAST_SECOND: u64 = 253_402_300_799;
    let whole = Duration::try_from_secs_f64(number(value)?).ok()?.as_secs();
    let seconds = if whole >= FIRST_MILLISECOND {
        whole / 1_000
    } else {
        whole
    };
    (seconds <= LAST_SECOND).then(|| NumericDate::from_seconds(seconds))
}

/// A JSON number, or a JSON string that holds one. Infinite if it is too large
/// for the type.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => {
            let text = text.trim();
            // `parse` takes "inf" and "nan" too.
            let is_number = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
            text.bytes().all(is_number).then(|| text.parse().ok())?
        }
        _ => None,
    }
}
