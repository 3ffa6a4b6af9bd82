use std::path::Path;

use tokenring_pkcs11::{Error, ObjectType, Pkcs11Uri, UriError};

pub(crate) fn parse(text: &str) -> Result<Pkcs11Uri, UriError> {
    match text.parse() {
        Ok(uri) => Ok(uri),
        Err(Error::Uri(error)) => Err(error),
        Err(error) => panic!("{error:?}"),
    }
}

/// What comes out, in our order and encoding; read again, it is the same.
#[track_caller]
fn check(text: &str, written: &str) {
    let uri = parse(text).unwrap();
    assert_eq!(uri.to_string(), written, "{text}");
    assert_eq!(parse(written).unwrap(), uri, "{text}");
}

/// The examples of RFC 7512 section 3 that hold no PIN.
#[test]
fn rfc7512_section_3() {
    check("pkcs11:", "pkcs11:");
    check(
        "pkcs11:object=my-pubkey;type=public",
        "pkcs11:object=my-pubkey;type=public",
    );
    check(
        "pkcs11:object=my-key;type=private?pin-source=file:/etc/token",
        "pkcs11:object=my-key;type=private?pin-source=/etc/token",
    );
    check(
        "pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;\
         manufacturer=Snake%20Oil,%20Inc.;model=1.0;object=my-certificate;type=cert;\
         id=%69%95%3E%5C%F4%BD%EC%91;serial=?pin-source=file:/etc/token_pin",
        "pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;\
         manufacturer=Snake%20Oil%2C%20Inc.;serial=;model=1.0;object=my-certificate;type=cert;\
         id=i%95%3E%5C%F4%BD%EC%91?pin-source=/etc/token_pin",
    );
    check(
        "pkcs11:object=my-sign-key;type=private?module-name=mypkcs11",
        "pkcs11:object=my-sign-key;type=private?module-name=mypkcs11",
    );
    check(
        "pkcs11:object=my-sign-key;type=private?module-path=/mnt/libmypkcs11.so.1",
        "pkcs11:object=my-sign-key;type=private?module-path=/mnt/libmypkcs11.so.1",
    );
    check(
        "pkcs11:token=Software%20PKCS%2311%20softtoken;manufacturer=Snake%20Oil,%20Inc.?\
         pin-source=/etc/token_pin",
        "pkcs11:token=Software%20PKCS%2311%20softtoken;manufacturer=Snake%20Oil%2C%20Inc.\
         ?pin-source=/etc/token_pin",
    );
    check(
        "pkcs11:slot-description=Sun%20Metaslot",
        "pkcs11:slot-description=Sun%20Metaslot",
    );
    check(
        "pkcs11:library-manufacturer=Snake%20Oil,%20Inc.;library-description=Soft%20Token%20Library;\
         library-version=1.23",
        "pkcs11:library-manufacturer=Snake%20Oil%2C%20Inc.;\
         library-description=Soft%20Token%20Library;library-version=1.23",
    );
    check(
        "pkcs11:token=My%20token%25%20created%20by%20Joe;library-version=3;id=%01%02%03%Ba%dd%Ca%fe%04%05%06",
        "pkcs11:token=My%20token%25%20created%20by%20Joe;library-version=3.0;\
         id=%01%02%03%BA%DD%CA%FE%04%05%06",
    );
    check(
        "pkcs11:token=A%20name%20with%20a%20substring%20%25%3B;object=my-certificate;type=cert",
        "pkcs11:token=A%20name%20with%20a%20substring%20%25%3B;object=my-certificate;type=cert",
    );
    check(
        "pkcs11:token=Name%20with%20a%20small%20A%20with%20acute:%20%C3%A1;object=my-certificate;\
         type=cert",
        "pkcs11:token=Name%20with%20a%20small%20A%20with%20acute%3A%20%C3%A1;\
         object=my-certificate;type=cert",
    );
}

#[test]
fn more_forms() {
    check("PKCS11:token=a", "pkcs11:token=a");
    check("pkcs11:?", "pkcs11:");
    check("pkcs11:token=a?", "pkcs11:token=a");
    check(
        "pkcs11:?module-name=softhsm2",
        "pkcs11:?module-name=softhsm2",
    );
    check("pkcs11:object=", "pkcs11:object=");
    check("pkcs11:object=a=b&c", "pkcs11:object=a%3Db%26c");
    check(
        "pkcs11:object=:[]@!$'()*+,=&",
        "pkcs11:object=%3A%5B%5D%40%21%24%27%28%29%2A%2B%2C%3D%26",
    );
    check("pkcs11:slot-id=0", "pkcs11:slot-id=0");
    check(
        "pkcs11:slot-id=18446744073709551615",
        "pkcs11:slot-id=18446744073709551615",
    );
    check(
        "pkcs11:library-version=255.255",
        "pkcs11:library-version=255.255",
    );
    check("pkcs11:type=secret-key", "pkcs11:type=secret-key");
    check("pkcs11:type=data", "pkcs11:type=data");
    check("pkcs11:id=%ff%00", "pkcs11:id=%FF%00");
    check("pkcs11:id=0a", "pkcs11:id=0a");
    // After the question mark, what is unknown is passed over, and may be repeated.
    check("pkcs11:?x-vendor=1&x-vendor=2&pin_source=x", "pkcs11:");
    check(
        "pkcs11:?module-path=/a;b?c|d",
        "pkcs11:?module-path=/a%3Bb%3Fc%7Cd",
    );
    check(
        "pkcs11:?pin-source=file:///run/pin",
        "pkcs11:?pin-source=/run/pin",
    );
    check(
        "pkcs11:?pin-source=/run/my%20pin",
        "pkcs11:?pin-source=/run/my%20pin",
    );
}

#[test]
fn parts() {
    let uri = parse("pkcs11:token=a%20b;object=c;type=private;id=%01?pin-source=/p&module-path=/m")
        .unwrap();
    assert_eq!(uri.token(), Some("a b"));
    assert_eq!(uri.object(), Some("c"));
    assert_eq!(uri.object_type(), Some(ObjectType::Private));
    assert_eq!(uri.id(), Some(&[1][..]));
    assert_eq!(uri.pin_source(), Some(Path::new("/p")));
    assert_eq!(uri.module_path(), Some(Path::new("/m")));
    assert_eq!(uri.module_name(), None);
    let uri = uri.with_module_path("/other");
    assert_eq!(uri.module_path(), Some(Path::new("/other")));
}

#[track_caller]
fn check_refused(text: &str, expected: &UriError) {
    assert_eq!(&parse(text).unwrap_err(), expected, "{text}");
}

#[test]
fn malformed_ones() {
    for text in [
        "",
        "pkcs11",
        "pkcs12:",
        "pkcs11;token=a",
        "/key.pem",
        " pkcs11:",
        "pkcs\u{661}1:a",
    ] {
        check_refused(text, &UriError::Scheme);
    }
    for text in [
        "pkcs11:;",
        "pkcs11:token=a;",
        "pkcs11:;token=a",
        "pkcs11:token=a;;object=b",
        "pkcs11:token",
        "pkcs11:=a",
        "pkcs11:to ken=a",
        "pkcs11:to%6ben=a",
        "pkcs11:?&",
        "pkcs11:?module-name",
        "pkcs11:?=a",
        "pkcs11://token=a",
    ] {
        check_refused(text, &UriError::Attribute);
    }
    for text in [
        "pkcs11:token=a b",
        "pkcs11:token=a/b",
        "pkcs11:token=\u{e9}",
        "pkcs11:token=a\n",
        "pkcs11:token=\"a\"",
        "pkcs11:token=a|b",
        "pkcs11:?module-name=a b",
        "pkcs11:?x-vendor=a b",
        "pkcs11:?pin-source=/a\0",
    ] {
        check_refused(text, &UriError::Character);
    }
    for text in [
        "pkcs11:token=%",
        "pkcs11:token=%4",
        "pkcs11:token=%4g",
        "pkcs11:token=%+1",
        "pkcs11:id=%%01",
    ] {
        check_refused(text, &UriError::PercentEncoding);
    }
    check_refused("pkcs11:token=a#b", &UriError::Fragment);
    for name in [
        "Token",
        "label",
        "x-vendor",
        "module-name",
        "pin-source",
        "serial-number",
    ] {
        check_refused(
            &format!("pkcs11:{name}=a"),
            &UriError::UnknownAttribute(name.to_owned()),
        );
    }
}

#[test]
fn malformed_values() {
    for (name, values) in [
        ("token", &["%ff", "%c3", "%ed%a0%80"][..]),
        ("object", &["%ff"]),
        ("type", &["", "key", "Private", "%00"]),
        (
            "slot-id",
            &[
                "",
                "-1",
                "+1",
                "0x1",
                "18446744073709551616",
                "1%20",
                "%31a",
            ],
        ),
        (
            "library-version",
            &["", ".", "1.", ".1", "1.2.3", "256", "1.256", "a"],
        ),
    ] {
        for value in values {
            check_refused(&format!("pkcs11:{name}={value}"), &UriError::Value(name));
        }
    }
    for (name, values) in [
        ("module-path", &["", "lib.so", "./lib.so", "/a%00b"][..]),
        (
            "module-name",
            &["", "/lib.so", "a/b", "../a", "..", ".hidden", "a%00b"],
        ),
        (
            "pin-source",
            &[
                "",
                "pin",
                "file:pin",
                "file:",
                "file://host/pin",
                "https://host/pin",
            ],
        ),
    ] {
        for value in values {
            check_refused(&format!("pkcs11:?{name}={value}"), &UriError::Value(name));
        }
    }
}

#[test]
fn repeated_ones() {
    for name in ["token", "serial", "model", "manufacturer", "object", "id"] {
        check_refused(
            &format!("pkcs11:{name}=a;{name}=a"),
            &UriError::RepeatedAttribute(name),
        );
    }
    check_refused(
        "pkcs11:type=private;type=private",
        &UriError::RepeatedAttribute("type"),
    );
    check_refused(
        "pkcs11:slot-id=1;slot-id=1",
        &UriError::RepeatedAttribute("slot-id"),
    );
    check_refused(
        "pkcs11:?module-name=a&module-name=a",
        &UriError::RepeatedAttribute("module-name"),
    );
    check_refused(
        "pkcs11:?pin-source=/a&pin-source=/a",
        &UriError::RepeatedAttribute("pin-source"),
    );
}

/// A PIN in a URI is refused, however it is written, and not shown.
#[test]
fn pins_in_it() {
    for text in [
        "pkcs11:token=a?pin-value=marker7f3a",
        "pkcs11:?module-name=a&pin-value=marker7f3a",
        "pkcs11:?pin-value=marker 7f3a",
        "pkcs11:?pin-value=%zz",
    ] {
        let error = text.parse::<Pkcs11Uri>().unwrap_err();
        assert!(
            matches!(error, Error::Uri(UriError::PinValue)),
            "{text}: {error:?}"
        );
    }
    for text in [
        "pkcs11:token=marker7f3a marker7f3a",
        "pkcs11:type=marker7f3a",
        "pkcs11:?module-path=marker7f3a",
        "marker7f3a",
    ] {
        let error = parse(text).unwrap_err();
        assert!(
            !format!("{error}{error:?}").contains("7f3a"),
            "{text}: {error}"
        );
    }
    check_refused(
        "pkcs11:?pin-source=|/bin/echo%201234",
        &UriError::PinProgram,
    );
    check_refused("pkcs11:?pin-source=%7C/bin/echo", &UriError::PinProgram);
}
