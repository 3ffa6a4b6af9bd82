use tokenring::{ApiHeaders, GatewayFile, HeaderFault, HeaderRole};

#[test]
fn lines() {
    #[track_caller]
    fn check(line: &str, expected: Result<(&str, &str), HeaderFault>) {
        let gateway = GatewayFile::find("generic").unwrap().into_gateway();
        let mut headers = ApiHeaders::new(&gateway);
        headers.add_line("There: 1").unwrap();
        let added = headers.add_line(line);
        assert_eq!(added.clone().err(), expected.clone().err());
        if let Ok(header) = expected {
            assert_eq!(headers.iter().nth(1), Some(header));
        }
        // A value is in no text that anybody shows.
        assert!(!format!("{headers:?} {added:?}").contains("secret"));
    }
    check("A: secret", Ok(("A", "secret")));
    check(
        "a-B_c.1~: \t secret:with colon \t",
        Ok(("a-B_c.1~", "secret:with colon")),
    );
    check("A:", Ok(("A", "")));
    check("A secret", Err(HeaderFault::Malformed));
    check(": secret", Err(HeaderFault::Malformed));
    check("A : secret", Err(HeaderFault::Malformed));
    check("\u{c4}: secret", Err(HeaderFault::Malformed));
    check("A\"B: secret", Err(HeaderFault::Malformed));
    let control = HeaderFault::ControlCharacter("A".into());
    check("A: b\r\nC: secret", Err(control.clone()));
    check("A: \u{7f}secret", Err(control));
    check("tHere: secret", Err(HeaderFault::Repeated("tHere".into())));
}

/// Names are those of the gateway's file; what a person set before stays.
#[test]
fn roles() {
    #[track_caller]
    fn check(gateway: &str, role: HeaderRole, name: Option<&str>) {
        let gateway = GatewayFile::find(gateway).unwrap().into_gateway();
        let mut headers = ApiHeaders::new(&gateway);
        let set = headers.set_role(role, "value");
        assert_eq!(set.is_ok(), name.is_some());
        assert_eq!(headers.iter().next(), name.map(|name| (name, "value")));
        assert_eq!(headers.role(role), name.map(|_| "value"));
        if let Some(name) = name {
            let mut headers = ApiHeaders::new(&gateway);
            let own = name.to_ascii_uppercase();
            headers.add_line(&format!("{own}: own")).unwrap();
            headers.set_role(role, "value").unwrap();
            assert_eq!(headers.iter().collect::<Vec<_>>(), [(own.as_str(), "own")]);
        }
    }
    check("nhs", HeaderRole::NhsNumber, Some("nhs-login-nhs-number"));
    check("generic", HeaderRole::NhsNumber, None);
    check("generic", HeaderRole::ProductId, None);
    check("generic", HeaderRole::RequestId, Some("X-Request-ID"));
    check(
        "generic",
        HeaderRole::CorrelationId,
        Some("X-Correlation-ID"),
    );
}

#[test]
fn request_ids() {
    #[track_caller]
    fn check(id: &str, is_uuid: bool) {
        let gateway = GatewayFile::find("generic").unwrap().into_gateway();
        let mut headers = ApiHeaders::new(&gateway);
        let set = headers.set_request_id(Some(id));
        assert_eq!(
            set,
            if is_uuid {
                Ok(())
            } else {
                Err(HeaderFault::NotUuid)
            }
        );
        assert_eq!(headers.role(HeaderRole::RequestId), is_uuid.then_some(id));
    }
    check("60E0B220-8136-4CA5-AE46-1D97EF59D068", true);
    check("60e0b220-8136-4ca5-ae46-1d97ef59d068", true);
    check("60e0b22081364ca5ae461d97ef59d068", false);
    check("60e0b220-8136-4ca5-ae46-1d97ef59d06", false);
    check("60e0b220-8136-4ca5-ae46-1d97ef59d06g", false);
    check("60e0b220-8136-4ca5-ae46-1d97ef59d068-", false);
    check("", false);
    let gateway = GatewayFile::find("generic").unwrap().into_gateway();
    let made = || {
        let mut headers = ApiHeaders::new(&gateway);
        headers.set_request_id(None).unwrap();
        headers.role(HeaderRole::RequestId).unwrap().to_owned()
    };
    check(&made(), true);
    assert_ne!(made(), made());
}
