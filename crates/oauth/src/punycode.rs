//! Host names beyond ASCII in the form that a URL holds: RFC 3492, and RFC 5890 for the prefix.

use alloc::string::String;
use alloc::vec::Vec;

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 128;

/// A host name with every label beyond ASCII in its `xn--` form, in small letters. [`None`] if
/// that has no form, or is longer than a host name can be.
pub(crate) fn to_ascii(host: &str) -> Option<String> {
    const LONGEST: usize = 253;
    let labels = host.split(['.', '。']).map(|label| {
        if label.is_ascii() {
            return Some(String::from(label));
        }
        let lower: Vec<char> = label.chars().flat_map(char::to_lowercase).collect();
        let mut ascii = String::from("xn--");
        ascii.push_str(&encode(&lower)?);
        (ascii.len() <= 63).then_some(ascii)
    });
    let host = labels.collect::<Option<Vec<_>>>()?.join(".");
    (host.len() <= LONGEST).then_some(host)
}

/// RFC 3492 section 6.3.
fn encode(label: &[char]) -> Option<String> {
    let mut output: String = label.iter().filter(|c| c.is_ascii()).collect();
    let basic = u32::try_from(output.len()).ok()?;
    if basic > 0 {
        output.push('-');
    }
    let length = u32::try_from(label.len()).ok()?;
    let (mut n, mut delta, mut bias, mut handled) = (INITIAL_N, 0_u32, INITIAL_BIAS, basic);
    while handled < length {
        let codes = label.iter().map(|c| u32::from(*c));
        let next = codes.filter(|code| *code >= n).min()?;
        let step = next.checked_sub(n)?.checked_mul(handled.checked_add(1)?)?;
        delta = delta.checked_add(step)?;
        n = next;
        for code in label.iter().map(|c| u32::from(*c)) {
            if code < n {
                delta = delta.checked_add(1)?;
            }
            if code == n {
                push_integer(&mut output, delta, bias)?;
                let count = handled.checked_add(1)?;
                bias = adapt(delta, count, handled == basic);
                delta = 0;
                handled = count;
            }
        }
        delta = delta.checked_add(1)?;
        n = n.checked_add(1)?;
    }
    Some(output)
}

/// A variable-length integer, lowest digit first.
fn push_integer(output: &mut String, value: u32, bias: u32) -> Option<()> {
    let mut rest = value;
    let mut place = BASE;
    loop {
        let threshold = place.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if rest < threshold {
            output.push(digit(rest)?);
            return Some(());
        }
        let range = BASE.checked_sub(threshold)?;
        let above = rest.checked_sub(threshold)?;
        let low = above.checked_rem(range)?.checked_add(threshold)?;
        output.push(digit(low)?);
        rest = above.checked_div(range)?;
        place = place.checked_add(BASE)?;
    }
}

/// `a` to `z`, then `0` to `9`.
fn digit(value: u32) -> Option<char> {
    match value.checked_sub(26) {
        Some(number) => char::from_digit(number, 10),
        None => char::from_digit(value.checked_add(10)?, BASE),
    }
}

/// RFC 3492 section 6.1.
const fn adapt(delta: u32, count: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / DAMP } else { delta / 2 };
    if let Some(share) = delta.checked_div(count) {
        delta = delta.saturating_add(share);
    }
    let mut k = 0_u32;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k = k.saturating_add(BASE);
    }
    let scaled = (BASE - T_MIN + 1).saturating_mul(delta);
    k.saturating_add(scaled / delta.saturating_add(SKEW))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3492 section 7.1, and names that Python's codec `idna` gave.
    #[test]
    fn hosts() {
        for (host, wanted) in [
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example", "xn--bcher-kva.example"),
            ("auth.münchen.example", "auth.xn--mnchen-3ya.example"),
            ("例え.example", "xn--r8jz45g.example"),
            (
                "почемужеонинеговорятпорусски",
                "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l",
            ),
            ("plain.example", "plain.example"),
        ] {
            assert_eq!(to_ascii(host).as_deref(), Some(wanted));
        }
        assert_eq!(to_ascii(&"ü".repeat(300)), None);
    }
}
