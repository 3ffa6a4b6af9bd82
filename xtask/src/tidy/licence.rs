/// Whether an SPDX expression can be met with the allowed licences.
pub(super) fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let expression = expression.trim();
    if let Some(alternatives) = split(expression, &[" OR ", "/"]) {
        return alternatives.iter().any(|part| is_allowed(part, allowed));
    }
    if let Some(all) = split(expression, &[" AND "]) {
        return all.iter().all(|part| is_allowed(part, allowed));
    }
    match expression
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
    {
        Some(inner) => is_allowed(inner, allowed),
        None => allowed.iter().any(|licence| licence == expression),
    }
}

/// Splits at one of the operators where it stands outside of parentheses.
fn split<'a>(expression: &'a str, operators: &[&str]) -> Option<[&'a str; 2]> {
    let mut depth = 0_u32;
    for (index, character) in expression.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > 0 {
            continue;
        }
        let (before, rest) = expression.split_at(index);
        for operator in operators {
            if let Some(after) = rest.strip_prefix(operator) {
                return Some([before, after]);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[track_caller]
    fn check(expression: &str, expected: bool) {
        let allowed = ["MIT".to_owned(), "Unicode-3.0".to_owned()];
        assert_eq!(is_allowed(expression, &allowed), expected);
    }

    #[test]
    fn expressions() {
        check("MIT", true);
        check("GPL-3.0-only", false);
        check("", false);
        check("MIT OR Apache-2.0", true);
        check("Apache-2.0/MIT", true);
        check("Apache-2.0 AND MIT", false);
        check("(MIT OR Apache-2.0) AND Unicode-3.0", true);
        check("(ISC OR Apache-2.0) AND Unicode-3.0", false);
        check("ISC AND (MIT OR Apache-2.0)", false);
        check("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT", true);
    }
}
