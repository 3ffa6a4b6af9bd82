use crate::uri::parse;

/// Sound URIs that are damaged at random: each is read or refused, and what is
/// read is what was written.
#[test]
fn damaged_ones() {
    const SEEDS: &[&str] = &[
        "pkcs11:token=my%20token;serial=0123;object=signing;type=private;id=%01%02?module-name=softhsm2&pin-source=file:/run/pin",
        "pkcs11:slot-id=17;library-version=3.12;slot-description=a%C3%A1?module-path=/usr/lib/a.so&x-y=z",
        "pkcs11:",
    ];
    const BYTES: &[u8] = b"%;?&=#:/|- 0aF\x00\n\"\\~.\xc3\xff";
    // A generator of numbers (Knuth's MMIX constants); the same ones each time.
    let mut state: u64 = 11;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below.max(1)
    };
    let (mut sound, mut refused) = (0, 0);
    for round in 0..60_000 {
        let mut text = SEEDS.get(round % SEEDS.len()).unwrap().as_bytes().to_vec();
        for _ in 0..=random(3) {
            let place = random(text.len());
            let byte = *BYTES.get(random(BYTES.len())).unwrap();
            match random(4) {
                0 => text.insert(place, byte),
                1 => drop(text.get_mut(place).map(|old| *old = byte)),
                2 => drop((place < text.len()).then(|| text.remove(place))),
                _ => {
                    let end = place + random(text.len() - place);
                    let part = text.get(place..end).unwrap().to_vec();
                    text.splice(place..place, part);
                }
            }
        }
        let text = String::from_utf8_lossy(&text);
        match parse(&text) {
            Ok(uri) => {
                sound += 1;
                let written = uri.to_string();
                assert!(
                    written.bytes().all(|byte| byte.is_ascii_graphic()),
                    "{written}"
                );
                assert_eq!(
                    parse(&written).as_ref(),
                    Ok(&uri),
                    "{text} became {written}"
                );
            }
            Err(error) => {
                refused += 1;
                assert!(!error.to_string().contains(char::is_control), "{error}");
            }
        }
    }
    // Both happened often enough to tell something.
    assert!(
        sound > 5_000 && refused > 5_000,
        "{sound} sound, {refused} refused"
    );
}
