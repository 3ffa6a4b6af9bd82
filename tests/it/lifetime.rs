//! Lifetimes and what they are added to.

use tokenring_assertion::{Error, Lifetime, NumericDate};

#[test]
fn one_second_to_half_a_year() {
    for seconds in [1, 60, 300, 3600, 86_400, 15_552_000, 15_777_000] {
        let lifetime = Lifetime::from_seconds(seconds).unwrap();
        assert_eq!(lifetime.as_seconds(), seconds);
        let now = NumericDate::from_seconds(1_700_000_000);
        assert_eq!(now.after(lifetime).as_seconds(), 1_700_000_000 + seconds);
    }
    for seconds in [0, 15_777_001, 31_536_000, u64::MAX] {
        let error = Lifetime::from_seconds(seconds).unwrap_err();
        assert!(matches!(error, Error::Lifetime));
        assert!(
            error.to_string().contains("1 to 15777000 seconds"),
            "{error}"
        );
    }
}
