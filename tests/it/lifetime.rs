//! Lifetimes and what they are added to.

use tokenring_assertion::{Error, Lifetime, NumericDate};

#[test]
fn one_second_to_one_day() {
    for seconds in [1, 60, 300, 3600, 86_400] {
        let lifetime = Lifetime::from_seconds(seconds).unwrap();
        assert_eq!(lifetime.as_seconds(), seconds);
        let now = NumericDate::from_seconds(1_700_000_000);
        assert_eq!(now.after(lifetime).as_seconds(), 1_700_000_000 + seconds);
    }
    for seconds in [0, 86_401, 300_000, u64::MAX] {
        let error = Lifetime::from_seconds(seconds).unwrap_err();
        assert!(matches!(error, Error::Lifetime));
        assert!(error.to_string().contains("1 to 86400 seconds"), "{error}");
    }
}
