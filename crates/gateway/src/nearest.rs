/// Finds the candidate that a misspelt name most likely stands for.
///
/// None if nothing is near: one slip in a short name, one in three letters of a longer one.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let name = name.to_lowercase();
    let length = name.chars().count();
    // One slip in a short name, one in three letters of a longer one: beyond that a suggestion is
    // noise.
    let furthest = (length / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (candidate.to_lowercase(), candidate))
        // The time of a comparison grows with both lengths, and a name may be a whole file.
        .filter(|(lowercase, _)| lowercase.chars().count().abs_diff(length) <= furthest)
        .map(|(lowercase, candidate)| (strsim::osa_distance(&name, &lowercase), candidate))
        .filter(|(distance, _)| *distance <= furthest && *distance < length)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.to_owned())
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn suggests_only_what_is_near() {
        let environments = ["dev", "int", "internal-dev", "prod"];
        for (name, wanted) in [
            ("itn", Some("int")),
            ("PROD", Some("prod")),
            ("prd", Some("prod")),
            ("internaldev", Some("internal-dev")),
            ("elephant", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, environments).as_deref(), wanted, "{name}");
        }
    }
}
