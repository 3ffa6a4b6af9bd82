//! Whether the parts of an RSA private key belong together (RFC 8017 section
//! 3.2, NIST SP 800-56B revision 2 section 6.4.1.2.3).

use super::der_format::read_rsa_parts;
use crate::Error;
use crate::natural::Natural;

/// Checks an RSAPrivateKey in DER.
pub(super) fn check(pkcs1: &[u8]) -> Result<(), Error> {
    let parts = read_rsa_parts(pkcs1).ok_or(Error::MalformedKey)?;
    let [n, e, d, p, q, dp, dq, qi] = parts.map(Natural::from_be_bytes);
    let broken = |rule| Err(Error::InconsistentParts(rule));
    if p.times(&q) != n || p.is_one() || q.is_one() {
        return broken("n is not p times q");
    }
    if d >= n {
        return broken("d is not less than n");
    }
    if !is_exponent(&e, &d, &p, &dp) || !is_exponent(&e, &d, &q, &dq) {
        return broken("d, dp and dq do not undo e");
    }
    if qi >= p || !qi.times(&q).modulo(&p).is_one() {
        return broken("qi is not the inverse of q modulo p");
    }
    Ok(())
}

/// Whether `part` is `d` modulo a prime less one, and the inverse of `e` there.
fn is_exponent(e: &Natural, d: &Natural, prime: &Natural, part: &Natural) -> bool {
    let order = prime.even();
    *part < order && d.modulo(&order) == *part && e.times(part).modulo(&order).is_one()
}
