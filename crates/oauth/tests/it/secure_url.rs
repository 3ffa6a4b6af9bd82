use tokenring_oauth::{Error, SecureUrl, TokenEndpoint, UrlDefect};

#[track_caller]
fn accepted(url: &str, host: &str, port: u16, is_loopback: bool) {
    let parsed = SecureUrl::new(url).unwrap();
    assert_eq!(parsed.as_str(), url);
    assert_eq!(parsed.to_string(), url);
    assert_eq!(parsed.host(), host);
    assert_eq!(parsed.port(), port);
    assert_eq!(parsed.is_loopback(), is_loopback);
    assert_eq!(TokenEndpoint::new(url).unwrap().as_str(), url);
}

#[track_caller]
fn refused(url: &str, expected: UrlDefect) {
    for result in [
        SecureUrl::new(url).map(drop),
        TokenEndpoint::new(url).map(drop),
        url.parse::<TokenEndpoint>().map(drop),
    ] {
        match result {
            Err(Error::InvalidUrl(defect)) => assert_eq!(defect, expected),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn secure_urls() {
    accepted("https://example.com", "example.com", 443, false);
    accepted("https://example.com/", "example.com", 443, false);
    accepted("https://example.com?x", "example.com", 443, false);
    accepted("HTTPS://Example.COM:8443/a?b=c", "Example.COM", 8443, false);
    accepted("https://10.0.0.1/token", "10.0.0.1", 443, false);
    accepted("https://[2001:db8::1]:1/", "2001:db8::1", 1, false);
    accepted("https://a_b.example.com/", "a_b.example.com", 443, false);
    accepted(
        "https://xn--bcher-kva.example/%C3%A9?id=a|b:1&c=@",
        "xn--bcher-kva.example",
        443,
        false,
    );
}

#[test]
fn this_machine_by_name() {
    accepted("http://localhost", "localhost", 80, true);
    accepted("http://LocalHost:8080/", "LocalHost", 8080, true);
    accepted("http://127.0.0.1:65535/", "127.0.0.1", 65535, true);
    accepted("http://[::1]:8080/", "::1", 8080, true);
    accepted("https://localhost/", "localhost", 443, true);
    // RFC 6761 section 6.3.
    accepted("http://localhost./", "localhost.", 80, true);
    accepted("http://app.localhost:8080/", "app.localhost", 8080, true);
    accepted("http://a.b.LOCALHOST.:1/", "a.b.LOCALHOST.", 1, true);
    accepted("https://app.localhost/", "app.localhost", 443, true);
}

#[test]
fn in_clear() {
    for url in [
        "http://example.com/",
        "http://10.0.0.1/",
        "http://127.0.0.2/",
        "http://127.1/",
        "http://0.0.0.0/",
        "http://localhost../",
        "http://localhost.example.com/",
        "http://mylocalhost/",
        "http://local.host/",
        "http://localhost.localdomain/",
        "http://localhost6/",
        "http://127.0.0.1.example.com/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
    ] {
        refused(url, UrlDefect::NotHttps);
    }
}

/// A host that another parser would read differently is no host.
#[test]
fn deceptive() {
    refused("http://localhost@example.com/", UrlDefect::UserInfo);
    refused("https://user:secret@example.com/", UrlDefect::UserInfo);
    refused("https://@example.com/", UrlDefect::UserInfo);
    refused("http://localhost\\@example.com/", UrlDefect::Character);
    refused("http://localhost:80:90/", UrlDefect::Port);
    refused("http://localhost%00.example.com/", UrlDefect::Host);
    refused("http://[::1].example.com/", UrlDefect::Host);
    refused("http://[::1]example.com/", UrlDefect::Host);
    refused("http://localhost#@example.com/", UrlDefect::Fragment);
}

#[test]
fn malformed() {
    for url in [
        "",
        "example.com",
        "/token",
        "//example.com",
        "ftp://a/",
        "https:/a",
        "https:a",
    ] {
        refused(url, UrlDefect::Scheme);
    }
    for url in [
        "https://",
        "https:///a",
        "https://?",
        "https://:443/",
        "https://[x]/",
        "https://[::1",
    ] {
        refused(url, UrlDefect::Host);
    }
    for url in [
        "https://a:/",
        "https://a:0/",
        "https://a:65536/",
        "https://a:+1/",
        "https://a:x/",
    ] {
        refused(url, UrlDefect::Port);
    }
    for url in [
        "https://a/\r\nHost: b",
        "https://a/\t",
        "https://a/\n",
        "https://a/b\u{fc}cher",
        "https://b\u{fc}cher.example@a/",
        "https://a/{id}",
        "https://a/\0",
        "https://a/\"",
    ] {
        refused(url, UrlDefect::Character);
    }
    refused("https://a/#", UrlDefect::Fragment);
    for url in ["https://a/my realm/token", " https://a/", "https://a/ "] {
        refused(url, UrlDefect::Space);
    }
    for url in ["http://[fe80::1%25eth0]:1/token", "https://[fe80::1%eth0]/"] {
        refused(url, UrlDefect::Zone);
    }
}

#[test]
fn a_host_name_beyond_ascii_is_named() {
    for (url, host) in [
        ("https://b\u{fc}cher.example/", "b\u{fc}cher.example"),
        (
            "https://B\u{dc}CHER.example:8443/a b",
            "B\u{dc}CHER.example",
        ),
        (
            "https://\u{4f8b}\u{3048}.example?a",
            "\u{4f8b}\u{3048}.example",
        ),
    ] {
        let host = host.to_owned();
        refused(url, UrlDefect::InternationalHost { host });
    }
    // Nothing that a program could take for an option, or that is no name.
    refused("https://-\u{fc}.example/", UrlDefect::Host);
    refused(
        &format!("https://{}/", "\u{fc}".repeat(300)),
        UrlDefect::Host,
    );
}
