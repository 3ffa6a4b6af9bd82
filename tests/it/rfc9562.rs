//! Universally Unique Identifiers.

use integration_tests::fixtures;
use tokenring_assertion::JwtId;

fn bytes(hexadecimal: &str) -> [u8; 16] {
    u128::from_str_radix(hexadecimal, 16).unwrap().to_be_bytes()
}

#[test]
fn appendix_a_3_version_4() {
    let figure = fixtures::rfc(9562, "A.3");
    let random = bytes(fixtures::text_of(&figure, "random"));
    let jwt_id = JwtId::from_random_bytes(random);
    assert_eq!(jwt_id.as_str(), fixtures::text_of(&figure, "uuid"));
}

#[track_caller]
fn check(random: &str, uuid: &str) {
    assert_eq!(JwtId::from_random_bytes(bytes(random)).as_str(), uuid);
}

/// Sections 4.1 and 4.2: the bits of variant and version, over every other bit.
#[test]
fn section_5_4_fixed_bits() {
    check(
        "00000000000000000000000000000000",
        "00000000-0000-4000-8000-000000000000",
    );
    check(
        "ffffffffffffffffffffffffffffffff",
        "ffffffff-ffff-4fff-bfff-ffffffffffff",
    );
    check(
        "0123456789abcdef0123456789abcdef",
        "01234567-89ab-4def-8123-456789abcdef",
    );
}
