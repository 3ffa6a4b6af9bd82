use std::error::Error as _;
use std::fs;

use tokenring_pkcs11::{PinSource, Pkcs11Key, Pkcs11Uri};

#[track_caller]
fn check(uri: &str, expected: &str) {
    let uri: Pkcs11Uri = uri.parse().unwrap();
    let error = Pkcs11Key::open(&uri, PinSource::from_uri()).unwrap_err();
    let mut line = error.to_string();
    if let Some(source) = error.source() {
        line.push_str(": ");
        line.push_str(&source.to_string());
    }
    assert!(line.starts_with(expected), "{line}");
    assert!(!line.contains(char::is_control), "{line}");
}

#[test]
fn modules_that_are_none() {
    let folder = std::env::temp_dir().join(format!("tokenring-pkcs11-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let text = folder.join("libtext.so");
    fs::write(&text, "no library\n").unwrap();
    let folder = folder.to_str().unwrap();

    check(
        "pkcs11:token=a",
        "nothing names the token's PKCS#11 module; add it to the URI",
    );
    check(
        "pkcs11:?module-path=/no/such/module.so",
        "there is no PKCS#11 module \"/no/such/module.so\"; install",
    );
    // A folder is none, unless a name says which file in it.
    check(
        &format!("pkcs11:?module-path={folder}"),
        "there is no PKCS#11 module",
    );
    check(
        &format!("pkcs11:?module-path={folder}&module-name=missing"),
        "no PKCS#11 module \"missing\" is installed",
    );
    let unusable = format!("cannot use the PKCS#11 module \"{folder}/libtext.so\": ");
    check(
        &format!("pkcs11:?module-path={folder}/libtext.so"),
        &unusable,
    );
    check(
        &format!("pkcs11:?module-path={folder}&module-name=text"),
        &unusable,
    );
    check(
        "pkcs11:?module-name=no-such-module",
        "no PKCS#11 module \"no-such-module\" is installed",
    );
    // A library of another kind.
    if fs::exists("/lib/x86_64-linux-gnu/libm.so.6").unwrap() {
        check(
            "pkcs11:?module-path=/lib/x86_64-linux-gnu/libm.so.6",
            "cannot use the PKCS#11 module \"/lib/x86_64-linux-gnu/libm.so.6\": it has no function \
             C_GetFunctionList",
        );
    }
    fs::remove_dir_all(folder).unwrap();
}
