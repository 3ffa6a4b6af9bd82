use std::fs;
use std::path::PathBuf;
use std::process::Command;

use integration_tests::peer;
use tokenring_jwk::{Algorithm, Signer, any};
use tokenring_pkcs11::{Error, Pin, PinSource, Pkcs11Key, Pkcs11Signer, Pkcs11Uri};

use crate::soft_hsm::{PIN, SoftHsm, line, with_environment};

/// SoftHSM behind `faulty_module.c`, with a P-256 key.
struct Faulty<'a>(&'a SoftHsm);

#[track_caller]
fn with_faults(name: &str, body: impl FnOnce(Faulty<'_>)) {
    if peer::find("cc", "--version", "install gcc").is_none() {
        return;
    }
    with_environment(
        name,
        |tokens| {
            vec![
                ("FAULTY_MODULE", tokens.module().to_owned()),
                ("FAULTY_FOLDER", tokens.folder().to_owned()),
                ("FAULTY_PAD", PathBuf::from(PIN)),
            ]
        },
        |tokens| {
            tokens.make_token("signing");
            tokens.make_key("signing", "EC:prime256v1", "p256", &["--id", "01"]);
            let source = concat!(env!("CARGO_MANIFEST_DIR"), "/keys_away/faulty_module.c");
            let built = Command::new("cc")
                .args(["-std=gnu11", "-shared", "-fPIC", "-o"])
                .arg(tokens.folder().join("faulty.so"))
                .args([source, "-ldl"])
                .output()
                .unwrap();
            assert!(built.status.success(), "{built:?}");
        },
        |tokens| body(Faulty(tokens)),
    );
}

impl Faulty<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.0.folder().join(name)
    }

    fn set(&self, fault: &str, number: &str) {
        fs::write(self.path(fault), number).unwrap();
    }

    fn clear(&self, fault: &str) {
        fs::remove_file(self.path(fault)).unwrap();
    }

    /// What has been asked of the token since the last time.
    fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("log")).unwrap_or_default();
        let _ = fs::remove_file(self.path("log"));
        text.lines().map(str::to_owned).collect()
    }

    fn open(&self, pin: PinSource) -> Result<Pkcs11Key, Error> {
        let uri: Pkcs11Uri = "pkcs11:token=signing".parse().unwrap();
        Pkcs11Key::open(&uri.with_module_path(self.path("faulty.so")), pin)
    }

    #[track_caller]
    fn signer(&self) -> Pkcs11Signer {
        let key = self.open(pin()).unwrap();
        self.log();
        key.into_signer(Algorithm::Es256).unwrap()
    }

    #[track_caller]
    fn check_refused(&self, expected: &str) {
        let told = line(&self.open(pin()).unwrap_err());
        assert!(told.starts_with(expected), "{told}");
    }
}

fn pin() -> PinSource {
    PinSource::from_pin(Pin::new(PIN))
}

fn prompt() -> PinSource {
    PinSource::from_prompt(|_| Ok(Pin::new(PIN)))
}

const FINAL_TRY: &str = "20000";
const LOCKED: &str = "40000";
const PAD: &str = "100";

/// SoftHSM counts no wrong PINs; tokens that do say how far they are.
#[test]
fn token_that_counts() {
    with_faults("faults::token_that_counts", |token| {
        token.set("flags", LOCKED);
        token.check_refused("the token is locked after too many wrong PINs; unlock it");
        assert!(matches!(token.open(prompt()), Err(Error::PinLocked)));
        token.set("flags", FINAL_TRY);
        token.check_refused("one more wrong PIN locks the token, so none was tried");
        // Not one PIN was given to it.
        assert_eq!(token.log(), [""; 0]);
        // A person may try.
        let told = PinSource::from_prompt(|request| {
            assert!(request.is_final_try());
            Ok(Pin::new(PIN))
        });
        token.open(told).unwrap();
        assert_eq!(token.log(), ["login"]);
    });
}

/// What a token answers to a PIN, which it gets once.
#[test]
fn refused_pins() {
    with_faults("faults::refused_pins", |token| {
        for (answer, expected) in [
            ("a0", "the PIN is wrong; it is not tried again"),
            ("a2", "the PIN is wrong; it is not tried again"),
            ("a3", "the PIN has to be changed before it can be used"),
            ("a4", "the token is locked after too many wrong PINs"),
            ("102", "the token has no user PIN yet"),
            (
                "30",
                "the PKCS#11 module failed: C_Login answered DeviceError",
            ),
        ] {
            token.set("login", answer);
            token.check_refused(expected);
            assert_eq!(token.log(), ["login"], "{answer}");
        }
        // Somebody else in this process is logged in.
        token.clear("login");
        let first = token.signer();
        token.signer().sign(b"header.claims").unwrap();
        first.sign(b"header.claims").unwrap();
    });
}

#[test]
fn pin_pad() {
    with_faults("faults::pin_pad", |token| {
        token.set("flags", PAD);
        let nobody = PinSource::from_prompt(|_| panic!("the pad asks"));
        let key = token.open(nobody).unwrap();
        assert_eq!(token.log(), ["login on the pad"]);
        let signer = key.into_signer(Algorithm::Es256).unwrap();
        signer.sign(b"header.claims").unwrap();
    });
}

/// A session that is gone is opened anew, with the PIN that was right.
#[test]
fn lost_sessions() {
    with_faults("faults::lost_sessions", |token| {
        let signer = token.signer().with_verifier(&any::Verifier);
        for _ in 0..3 {
            token.set("lose-session", "");
            signer.sign(b"header.claims").unwrap();
            assert_eq!(token.log(), ["sign", "login", "sign"]);
            signer.sign(b"header.claims").unwrap();
            assert_eq!(token.log(), ["sign"]);
        }
        // Session closed, device removed, token not present, not logged in.
        for answer in ["b0", "b3", "32", "e0", "101", "60", "82", "90"] {
            token.set("sign-once", answer);
            signer.sign(b"header.claims").unwrap();
            assert_eq!(token.log(), ["sign", "login", "sign"], "{answer}");
        }
    });
}

/// Once, and not for ever.
#[test]
fn session_lost_again() {
    with_faults("faults::session_lost_again", |token| {
        let signer = token.signer();
        token.set("sign", "b3");
        let told = line(&signer.sign(b"header.claims").unwrap_err());
        assert_eq!(
            told,
            "the token gave no signature: the PKCS#11 module failed: \
             C_SignInit answered SessionHandleInvalid"
        );
        assert_eq!(token.log(), ["sign", "login", "sign"]);
        token.clear("sign");
        signer.sign(b"header.claims").unwrap();
    });
}

/// A PIN that was changed meanwhile is tried once more, and never again.
#[test]
fn pin_changed_meanwhile() {
    with_faults("faults::pin_changed_meanwhile", |token| {
        let signer = token.signer();
        let lose = || {
            token.set("lose-session", "");
            line(&signer.sign(b"header.claims").unwrap_err())
        };
        token.set("login", "a0");
        let wrong = "the token gave no signature: the PIN is wrong; it is not tried again, \
                     because a few wrong ones lock the token";
        assert_eq!(lose(), wrong);
        assert_eq!(token.log(), ["sign", "login"]);
        for _ in 0..5 {
            assert_eq!(lose(), wrong);
        }
        assert!(!token.log().contains(&"login".to_owned()));
    });
}

/// A token that is about to lock, or has locked, is left alone from then on.
#[test]
fn locked_meanwhile() {
    with_faults("faults::locked_meanwhile", |token| {
        let signer = token.signer();
        for (flags, expected) in [
            (
                FINAL_TRY,
                "one more wrong PIN locks the token, so none was tried",
            ),
            (LOCKED, "the token is locked after too many wrong PINs"),
        ] {
            token.set("flags", flags);
            token.set("lose-session", "");
            let told = line(&signer.sign(b"header.claims").unwrap_err());
            let told = told.strip_prefix("the token gave no signature: ").unwrap();
            assert!(told.starts_with(expected), "{told}");
            assert_eq!(token.log(), ["sign"]);
        }
        token.clear("flags");
        signer.sign(b"header.claims").unwrap();
    });
}

#[test]
fn failing_module() {
    with_faults("faults::failing_module", |token| {
        let signer = token.signer().with_verifier(&any::Verifier);
        let told = || line(&signer.sign(b"header.claims").unwrap_err());
        let start = "the token gave no signature: ";
        token.set("sign-once", "30");
        let failed = "the PKCS#11 module failed: C_SignInit answered DeviceError";
        assert_eq!(told(), format!("{start}{failed}"));
        // No new session for what a new session does not help with.
        assert_eq!(token.log(), ["sign"]);
        token.set("sign-once", "80001234");
        assert!(told().starts_with(&format!(
            "{start}the PKCS#11 module failed: C_SignInit answered"
        )));
        token.set("short", "");
        assert!(told().starts_with(&format!(
            "{start}the token's signature has 63 bytes, which ES256"
        )));
        token.clear("short");
        token.set("flipped", "");
        assert!(told().starts_with(&format!("{start}the token's signature does not verify")));
        token.clear("flipped");
        signer.sign(b"header.claims").unwrap();

        token.set("open-session", "b1");
        token.check_refused("the PKCS#11 module failed: C_OpenSession answered SessionCount");
        token.clear("open-session");
        token.set("not-for-signing", "");
        token.check_refused("the token does not let this key sign; make one with CKA_SIGN");
    });
}
