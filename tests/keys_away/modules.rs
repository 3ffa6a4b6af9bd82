use tokenring_jwk::{Algorithm, Signer};
use tokenring_pkcs11::{Pin, PinSource, Pkcs11Key};

use crate::soft_hsm::{PIN, with_tokens};

/// A module is found by its name, and where a folder is given in that.
#[test]
fn names() {
    with_tokens(
        "modules::names",
        |tokens| {
            tokens.make_token("signing");
            tokens.make_key("signing", "EC:prime256v1", "key", &["--id", "01"]);
        },
        |tokens| {
            let folder = tokens.module().parent().unwrap().display();
            for query in [
                "module-name=softhsm2".to_owned(),
                format!("module-path={folder}&module-name=softhsm2"),
                format!(
                    "module-path={}&module-name=other",
                    tokens.module().display()
                ),
            ] {
                let uri = format!("pkcs11:token=signing?{query}").parse().unwrap();
                let key = Pkcs11Key::open(&uri, PinSource::from_pin(Pin::new(PIN))).unwrap();
                let signer = key.into_signer(Algorithm::Es256).unwrap();
                signer.sign(b"header.claims").unwrap();
                // The next one finds the module started already.
            }
        },
    );
}
