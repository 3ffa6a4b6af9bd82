use tokenring_pkcs11::{Pin, PinSource};

#[test]
fn pins_are_not_shown() {
    let pin = Pin::new("marker7f3a");
    assert_eq!(pin.secret(), "marker7f3a");
    assert_eq!(format!("{pin:?}"), "Pin(..)");
    let source = PinSource::from_pin(pin);
    assert_eq!(format!("{source:?}"), "PinSource(PIN)");
    let source = PinSource::from_reader(&b"marker7f3a"[..]);
    assert_eq!(format!("{source:?}"), "PinSource(reader)");
}
