//! Vectors of NHSDigital/identity-service-api and of the sandboxes' test data.

use tokenring_gateway::nhs_number::{Fault, check};

#[test]
fn valid() {
    for number in [
        "4010232137",
        "9111231114",
        "9111231122",
        "9111231130",
        "9111231149",
        "9111231157",
        // The PDS sandbox.
        "9000000009",
        "9000000017",
        "9000000025",
        "9000000033",
        // The eligibility sandbox.
        "9686368973",
        "9735548852",
        "9658218873",
        // A user of the mock NHS login.
        "9912003071",
    ] {
        assert_eq!(check(number), Ok(()), "{number}");
    }
}

#[test]
fn invalid() {
    let length = |found| Fault::Length { found };
    let not_a_digit = |position| Fault::NotADigit { position };
    for (number, fault) in [
        ("9111111111", Fault::CheckDigit),
        ("9111111112", Fault::CheckDigit),
        ("9111111113", Fault::CheckDigit),
        ("9111111114", Fault::CheckDigit),
        ("1000000000", Fault::CheckDigit),
        // Users of the mock NHS login and patients of the eligibility sandbox.
        ("9912003072", Fault::CheckDigit),
        ("9912003073", Fault::CheckDigit),
        ("5000000001", Fault::CheckDigit),
        ("5000000024", Fault::CheckDigit),
        ("1234567890", Fault::NoCheckDigit),
        ("1234567899", Fault::NoCheckDigit),
        ("50000000001", length(11)),
        ("", length(0)),
        ("900000000", length(9)),
        ("900 000 0009", not_a_digit(4)),
        ("900000000X", not_a_digit(10)),
        ("-900000000", not_a_digit(1)),
        // Digits, but not the ones that go over the wire.
        ("٩000000009", not_a_digit(1)),
    ] {
        assert_eq!(check(number), Err(fault), "{number}");
    }
}

#[test]
fn texts_do_not_hold_the_number() {
    for number in ["9111111111", "1234567890", "50000000001", "900 000 0009"] {
        let text = check(number).unwrap_err().to_string();
        assert!(!text.contains(number), "{text}");
        assert!(
            text.starts_with(char::is_lowercase) && !text.contains('\n'),
            "{text}"
        );
    }
}
