use alloc::format;
use alloc::string::String;

use crate::{HttpResponse, SecureUrl, TransportError, TransportErrorKind};

/// The longest answer that is read for this, in bytes.
pub(crate) const LONGEST: usize = 4 * 1024;

/// nginx's own number for plain HTTP on a port with TLS.
const PLAIN_HTTP_TO_TLS: u16 = 497;

impl TransportError {
    /// Says that the URL's port expects TLS, if that is why a server rejects a request by plain
    /// `http`: for transports of other crates, too.
    ///
    /// Servers say it with status 400 and a page or text of their own, nginx also with status 497.
    /// A JSON object is no such text: it is the answer of who was asked.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_oauth::{HttpResponse, SecureUrl, TransportError};
    ///
    /// let url = SecureUrl::new("http://localhost:8443/token")?;
    /// let text = "Client sent an HTTP request to an HTTPS server.\n";
    /// let response = HttpResponse::new(400, vec![], text.into());
    /// let error = TransportError::of_tls_port(&url, &response).unwrap();
    /// assert!(error.to_string().contains("https://"));
    /// # Ok::<(), tokenring_oauth::Error>(())
    /// ```
    #[must_use]
    pub fn of_tls_port(url: &SecureUrl, response: &HttpResponse) -> Option<Self> {
        let status = response.status();
        (can_be(url, status) && (status == PLAIN_HTTP_TO_TLS || demands_tls(response.body())))
            .then(|| expected(&authority(url)))
    }
}

/// Whether an answer with this status can be one to plain HTTP on a port with TLS.
pub(crate) fn can_be(url: &SecureUrl, status: u16) -> bool {
    !url.is_https() && matches!(status, 400 | PLAIN_HTTP_TO_TLS)
}

/// That a host expects TLS where plain HTTP was spoken.
pub(crate) fn expected(host: &str) -> TransportError {
    TransportError::new(
        TransportErrorKind::Protocol,
        format!("{host} expects TLS on this port: write https:// in the URL"),
    )
}

fn authority(url: &SecureUrl) -> String {
    match url.host().contains(':') {
        true => format!("[{}]:{}", url.host(), url.port()),
        false => format!("{}:{}", url.host(), url.port()),
    }
}

/// Whether a text says that a port or server takes TLS only.
fn demands_tls(body: &[u8]) -> bool {
    if body.len() > LONGEST || body.trim_ascii_start().starts_with(b"{") {
        return false;
    }
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    // Not the URL of a link.
    let text = text.replace("https:", " ");
    // `mod_ssl` and `OpenSSL` stand in the names of servers.
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let has = |names: &[&str]| {
        text.split(|letter| !is_part(letter))
            .any(|word| names.contains(&word))
    };
    has(&["https", "tls", "ssl"]) && has(&["port", "server"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, status: u16, body: &str, is_tls: bool) {
        let response = HttpResponse::new(status, alloc::vec![], body.into());
        let error = TransportError::of_tls_port(&SecureUrl::new(url).unwrap(), &response);
        assert_eq!(error.is_some(), is_tls);
    }

    #[test]
    fn what_servers_say() {
        const PLAIN: &str = "http://localhost:8443/token";
        // nginx 1.22, Apache 2.4, Go 1.24, Tomcat 10, cheroot 10.
        for body in [
            "<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title>",
            "<p>Bad request.<br />\nReason: You're speaking plain HTTP to an SSL-enabled server port.",
            "Client sent an HTTP request to an HTTPS server.\n",
            "Bad Request\r\nThis combination of host and port requires TLS.\r\n",
            "The client sent a plain HTTP request, but this server only speaks HTTPS on this port.",
        ] {
            check(PLAIN, 400, body, true);
            check("https://localhost:8443/token", 400, body, false);
            check(PLAIN, 401, body, false);
        }
        check(PLAIN, 497, "", true);
        for body in [
            "",
            "Bad Request",
            r#"{"error":"invalid_request","error_description":"HTTPS server wanted"}"#,
            "<a href=\"https://example.com/port\">server</a>",
            "<address>Apache/2.4 mod_ssl OpenSSL/3.0 Server at localhost Port 80</address>",
        ] {
            check(PLAIN, 400, body, false);
        }
    }
}
