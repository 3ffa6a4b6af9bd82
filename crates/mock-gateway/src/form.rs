use serde_json::Value;

/// The parameters of a token request, mostly an `application/x-www-form-urlencoded` body.
#[derive(Default)]
pub(crate) struct Form {
    parameters: Vec<(String, String)>,
    /// The parameters that count as sent although they have no value.
    empty_that_count: Vec<String>,
    /// Whether of a repeated parameter the first value counts.
    takes_first: bool,
    /// Whether there was no body.
    is_of_query_alone: bool,
}

/// What a form says about one parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Parameter<'a> {
    Absent,
    Once(&'a str),
    /// RFC 6749, section 3.2: parameters must not be included more than once.
    Repeated,
}

impl Form {
    pub(crate) fn parse(body: &[u8], counts_empty: impl Fn(&str) -> bool) -> Self {
        let parameters = form_urlencoded::parse(body).into_owned().collect();
        Self::new(parameters, counts_empty)
    }

    /// A form with one parameter.
    pub(crate) fn of(name: &str, value: &str) -> Self {
        Self::new(vec![(name.to_owned(), value.to_owned())], |_| false)
    }

    fn new(parameters: Vec<(String, String)>, counts_empty: impl Fn(&str) -> bool) -> Self {
        let empty = parameters.iter().filter(|(_, value)| value.is_empty());
        let counted = empty.filter(|(name, _)| counts_empty(name));
        let empty_that_count = counted.map(|(name, _)| name.clone()).collect();
        Self {
            parameters,
            empty_that_count,
            ..Self::default()
        }
    }

    /// Reads a JSON object: each of its members is a parameter. A null counts for nothing, and
    /// what is no object has no parameters.
    pub(crate) fn parse_json(body: &[u8], counts_empty: impl Fn(&str) -> bool) -> Self {
        let members = match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => members,
            _ => serde_json::Map::new(),
        };
        let parameter = |(name, value)| match value {
            Value::Null => None,
            Value::String(text) => Some((name, text)),
            other => Some((name, other.to_string())),
        };
        let parameters = members.into_iter().filter_map(parameter).collect();
        Self::new(parameters, counts_empty)
    }

    /// Adds the parameters of the URL's query to those of the body.
    pub(crate) fn with_query(
        self,
        query: &str,
        body: &[u8],
        counts_empty: impl Fn(&str) -> bool,
    ) -> Self {
        let of_query = form_urlencoded::parse(query.as_bytes()).into_owned();
        let mut parameters = self.parameters;
        parameters.extend(of_query);
        let is_of_query_alone = body.is_empty() && !parameters.is_empty();
        Self {
            is_of_query_alone,
            takes_first: self.takes_first,
            ..Self::new(parameters, counts_empty)
        }
    }

    pub(crate) const fn is_of_query_alone(&self) -> bool {
        self.is_of_query_alone
    }

    /// Reads `multipart/form-data` (RFC 7578): each part is a parameter, without its headers.
    pub(crate) fn parse_multipart(
        content_type: &str,
        body: &[u8],
        counts_empty: impl Fn(&str) -> bool,
    ) -> Option<Self> {
        let (media_type, rest) = content_type.split_once(';')?;
        if !media_type
            .trim()
            .eq_ignore_ascii_case("multipart/form-data")
        {
            return None;
        }
        let mut attributes = rest.split(';');
        let boundary = attributes.find_map(|each| each.trim().strip_prefix("boundary="))?;
        let delimiter = format!("--{}", boundary.trim_matches('"'));
        let text = core::str::from_utf8(body).ok()?;
        let mut parameters = Vec::new();
        for part in text.split(&delimiter).skip(1) {
            if part.starts_with("--") {
                break;
            }
            let (head, value) = part.split_once("\r\n\r\n")?;
            let (_, name) = head.split_once("name=\"")?;
            let (name, _) = name.split_once('"')?;
            let value = value.strip_suffix("\r\n").unwrap_or(value);
            parameters.push((name.to_owned(), value.to_owned()));
        }
        Some(Self::new(parameters, counts_empty))
    }

    /// Has the first value of a repeated parameter count: that there are others is then another
    /// matter.
    pub(crate) const fn taking_first(mut self) -> Self {
        self.takes_first = true;
        self
    }

    /// Looks a parameter up. An empty value counts as absent (RFC 6749, section 3.2), but for
    /// servers that look at it.
    pub(crate) fn parameter(&self, name: &str) -> Parameter<'_> {
        let counts_empty = self.empty_that_count.iter().any(|each| each == name);
        let mut values = self
            .parameters
            .iter()
            .filter(|(each, value)| each == name && (counts_empty || !value.is_empty()))
            .map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (None, _) => Parameter::Absent,
            (Some(value), None) => Parameter::Once(value),
            (Some(value), Some(_)) if self.takes_first => Parameter::Once(value),
            (Some(_), Some(_)) => Parameter::Repeated,
        }
    }

    /// The first value of a parameter.
    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|(each, _)| each == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter.
    pub(crate) fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        let parameters = self.parameters.iter();
        let found = parameters.filter(move |(each, _)| each == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first parameter that is there twice, empty or not.
    pub(crate) fn repeated(&self) -> Option<&str> {
        let mut parameters = self.parameters.iter().enumerate();
        let repeated = parameters.find(|(index, (name, _))| {
            let mut others = self.parameters.iter().take(*index);
            others.any(|(other, _)| other == name)
        });
        repeated.map(|(_, (name, _))| name.as_str())
    }

    /// The parameter with the longest value, and how many characters that has.
    pub(crate) fn longest(&self) -> Option<(&str, usize)> {
        let lengths = self
            .parameters
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
        let form = Form::parse(b"a=1&b=2&b=2&c=&d&e=x%20y+z", |_| false);
        assert_eq!(form.parameter("a"), Parameter::Once("1"));
        assert_eq!(form.parameter("b"), Parameter::Repeated);
        assert_eq!(form.parameter("c"), Parameter::Absent);
        assert_eq!(form.parameter("d"), Parameter::Absent);
        assert_eq!(form.parameter("e"), Parameter::Once("x y z"));
        assert_eq!(form.parameter("A"), Parameter::Absent);
        assert_eq!(form.longest(), Some(("e", 5)));
        assert!(form.repeated().is_some());
        let form = Form::parse(b"a=1&c=", |_| true);
        assert_eq!(form.parameter("c"), Parameter::Once(""));
        assert_eq!(form.repeated(), None);
        assert_eq!(
            Form::parse(b"a=%C3%A9", |_| false).longest(),
            Some(("a", 1))
        );
        assert_eq!(Form::parse(b"", |_| false).longest(), None);
    }

    #[test]
    fn reads_the_members_of_a_json_object() {
        let body = br#"{"a":"1","n":null,"e":"","t":7,"b":"x y"}"#;
        let form = Form::parse_json(body, |_| false);
        assert_eq!(form.parameter("a"), Parameter::Once("1"));
        assert_eq!(form.parameter("n"), Parameter::Absent);
        assert_eq!(form.parameter("e"), Parameter::Absent);
        assert_eq!(form.parameter("t"), Parameter::Once("7"));
        assert_eq!(form.parameter("b"), Parameter::Once("x y"));
        for body in [&b"[1]"[..], b"{\"a\":", b"a=1", b""] {
            let form = Form::parse_json(body, |_| false);
            assert_eq!(form.parameter("a"), Parameter::Absent);
        }
    }

    #[test]
    fn reads_a_query_beside_the_body() {
        let read = |query, body: &[u8]| {
            Form::parse(body, |_| false).with_query(query, body, |name| name == "e")
        };
        let form = read("b=2&a=3&e=", b"a=1");
        assert_eq!(form.parameter("a"), Parameter::Repeated);
        assert_eq!(form.parameter("b"), Parameter::Once("2"));
        assert_eq!(form.parameter("e"), Parameter::Once(""));
        assert!(!form.is_of_query_alone());
        assert!(read("b=2", b"").is_of_query_alone());
        assert!(!read("", b"").is_of_query_alone());
    }

    #[test]
    fn reads_the_parts_of_a_multipart_body() {
        let body = b"--=b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--=b\r\n\
            Content-Disposition: form-data; name=\"c\"\r\n\r\n\r\n--=b--\r\n";
        let form =
            Form::parse_multipart("multipart/form-data; boundary==b", body, |_| true).unwrap();
        assert_eq!(form.parameter("a"), Parameter::Once("1"));
        assert_eq!(form.parameter("c"), Parameter::Once(""));
        assert!(Form::parse_multipart("text/plain", body, |_| true).is_none());
    }
}
