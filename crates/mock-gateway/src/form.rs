/// The parameters of an `application/x-www-form-urlencoded` body.
pub(crate) struct Form(Vec<(String, String)>);

/// What a form says about one parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Parameter<'a> {
    Absent,
    Once(&'a str),
    /// RFC 6749, section 3.2: parameters must not be included more than once.
    Repeated,
}

impl Form {
    pub(crate) fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// Looks a parameter up. An empty value counts as absent: RFC 6749, section 3.2.
    pub(crate) fn parameter(&self, name: &str) -> Parameter<'_> {
        let mut values = self
            .0
            .iter()
            .filter(|(each, value)| each == name && !value.is_empty())
            .map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (None, _) => Parameter::Absent,
            (Some(value), None) => Parameter::Once(value),
            (Some(_), Some(_)) => Parameter::Repeated,
        }
    }

    /// The parameter with the longest value, and how many characters that has.
    pub(crate) fn longest(&self) -> Option<(&str, usize)> {
        let lengths = self
            .0
            .iter()
            .map(|(name, value)| (name.as_str(), value.chars().count()));
        lengths.max_by_key(|(_, length)| *length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_absent_once_and_repeated_apart() {
        let form = Form::parse(b"a=1&b=2&b=2&c=&d&e=x%20y+z");
        assert_eq!(form.parameter("a"), Parameter::Once("1"));
        assert_eq!(form.parameter("b"), Parameter::Repeated);
        assert_eq!(form.parameter("c"), Parameter::Absent);
        assert_eq!(form.parameter("d"), Parameter::Absent);
        assert_eq!(form.parameter("e"), Parameter::Once("x y z"));
        assert_eq!(form.parameter("A"), Parameter::Absent);
        assert_eq!(form.longest(), Some(("e", 5)));
        assert_eq!(Form::parse(b"a=%C3%A9").longest(), Some(("a", 1)));
        assert_eq!(Form::parse(b"").longest(), None);
    }
}
