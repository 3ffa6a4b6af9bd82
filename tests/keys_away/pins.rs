use std::fs;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokenring_jwk::{Algorithm, Signer};
use tokenring_pkcs11::{Error, Pin, PinSource, Pkcs11Key, Pkcs11Uri};

use crate::soft_hsm::{PIN, SoftHsm, line, with_tokens};

fn prepare(tokens: &SoftHsm) {
    tokens.make_token("signing");
    tokens.make_key("signing", "EC:prime256v1", "key", &["--id", "01"]);
}

fn open(tokens: &SoftHsm, pin: PinSource) -> Result<Pkcs11Key, Error> {
    Pkcs11Key::open(&tokens.uri("token=signing").parse()?, pin)
}

#[track_caller]
fn signs(key: Result<Pkcs11Key, Error>) {
    let signer = key.unwrap().into_signer(Algorithm::Es256).unwrap();
    signer.sign(b"header.claims").unwrap();
}

#[test]
fn from_files_and_streams() {
    with_tokens("pins::from_files_and_streams", prepare, |tokens| {
        let path = tokens.folder().join("pin");
        for end in ["", "\n", "\r\n"] {
            let text = format!("{PIN}{end}");
            fs::write(&path, &text).unwrap();
            signs(open(tokens, PinSource::from_file(&path)));
            signs(open(tokens, PinSource::from_reader(io::Cursor::new(text))));
        }
        for form in ["", "file:", "file://"] {
            let uri = tokens.uri("token=signing");
            let uri = format!("{uri}&pin-source={form}{}", path.display());
            let uri: Pkcs11Uri = uri.parse().unwrap();
            signs(Pkcs11Key::open(&uri, PinSource::from_uri()));
            // What the caller says counts more.
            let error = Pkcs11Key::open(&uri, PinSource::from_file("/no/such/file"));
            assert!(
                matches!(error, Err(Error::PinUnreadable { .. })),
                "{error:?}"
            );
        }
    });
}

#[test]
fn from_prompts() {
    with_tokens("pins::from_prompts", prepare, |tokens| {
        let asked = Arc::new(AtomicUsize::new(0));
        let prompt = |answer: &'static str| {
            let asked = Arc::clone(&asked);
            PinSource::from_prompt(move |request| {
                asked.fetch_add(1, Ordering::Relaxed);
                assert!(request.token().starts_with("pkcs11:token=signing;serial="));
                assert!(!request.is_final_try());
                Ok(Pin::new(answer))
            })
        };
        let key = open(tokens, prompt(PIN));
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        drop(key);
        // Nobody is asked a second time.
        assert!(matches!(
            open(tokens, prompt("wrong")),
            Err(Error::WrongPin)
        ));
        assert_eq!(asked.load(Ordering::Relaxed), 2);
        // The token has noted the wrong one.
        let told = PinSource::from_prompt(|request| {
            assert!(request.was_wrong());
            Ok(Pin::new(PIN))
        });
        drop(open(tokens, told).unwrap());
        let refused = open(
            tokens,
            PinSource::from_prompt(|_| Err(io::Error::other("no terminal"))),
        );
        assert_eq!(
            line(&refused.unwrap_err()),
            "cannot read the PIN: no terminal"
        );
    });
}

#[test]
fn malformed_ones() {
    with_tokens("pins::malformed_ones", prepare, |tokens| {
        let malformed = "what was read is no PIN: one line of text of at most 255 bytes";
        let long = "1".repeat(256);
        let texts: [&[u8]; 8] = [
            b"",
            b"\n",
            b"12\n34",
            b"1234\n\n",
            b"12\0",
            b"\xff\xfe",
            long.as_bytes(),
            &[b'1'; 100_000],
        ];
        for text in texts {
            let pin = PinSource::from_reader(io::Cursor::new(text.to_vec()));
            assert_eq!(line(&open(tokens, pin).unwrap_err()), malformed);
        }
        let endless = PinSource::from_reader(io::repeat(b'1'));
        assert_eq!(line(&open(tokens, endless).unwrap_err()), malformed);
        let missing = line(&open(tokens, PinSource::from_uri()).unwrap_err());
        assert!(
            missing.starts_with("the token wants a PIN; put it into a file"),
            "{missing}"
        );
        let unreadable = open(tokens, PinSource::from_file("/no/such/pin"));
        assert!(
            line(&unreadable.unwrap_err())
                .starts_with("cannot read the PIN from \"/no/such/pin\": No such file")
        );
        // None of that was tried: the token has noted no wrong PIN.
        let told = PinSource::from_prompt(|request| {
            assert!(!request.was_wrong());
            Ok(Pin::new(PIN))
        });
        signs(open(tokens, told));
    });
}

#[test]
fn wrong_ones() {
    with_tokens("pins::wrong_ones", prepare, |tokens| {
        let wrong =
            "the PIN is wrong; it is not tried again, because a few wrong ones lock the token";
        // Of a length that the token never has, too.
        let long = "1".repeat(255);
        for pin in ["1234", "QX7VKZ93WJHB", "qx7vkz93wjhb ", "1", &long] {
            let refused = open(tokens, PinSource::from_pin(Pin::new(pin)));
            assert_eq!(line(&refused.unwrap_err()), wrong, "{pin}");
        }
        signs(open(tokens, PinSource::from_pin(Pin::new(PIN))));
    });
}
