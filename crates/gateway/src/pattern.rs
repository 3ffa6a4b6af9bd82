//! Texts in which `*` stands for anything: the values of a variable, the types of an assertion.

/// Whether a value is as the pattern has it, without regard to the case of ASCII letters.
pub(crate) fn fits(pattern: &str, value: &str) -> bool {
    let (pattern, value) = (pattern.to_ascii_lowercase(), value.to_ascii_lowercase());
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = value.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else {
            return false;
        };
        rest = behind;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, fitting: &[&str], others: &[&str]) {
        for value in fitting {
            assert!(fits(pattern, value), "{pattern} {value}");
        }
        for value in others {
            assert!(!fits(pattern, value), "{pattern} {value}");
        }
    }

    #[test]
    fn a_star_stands_for_anything() {
        check(
            "a.example",
            &["a.example", "A.Example"],
            &["a.example.", "b.a.example", ""],
        );
        check(
            "*.example",
            &["a.example", "b.a.example", ".example"],
            &["example", "a.example.evil", "aexample"],
        );
        check(
            "sandbox.*",
            &["sandbox.a", "sandbox."],
            &["a.sandbox.", "sandbox"],
        );
        check("a*b*c", &["abc", "a-b-b-c"], &["ac", "acb", "ab"]);
        // What stands before a star and what stands behind it do not share letters.
        check("ab*ba", &["abba"], &["aba"]);
        check("*", &["", "x"], &[]);
    }
}
