//! Addresses of pages and of people.

use crate::vocabulary::Kind;

/// What kind of address a chunk is that no punctuation surrounds.
pub(crate) fn address(body: &str) -> Option<Kind> {
    // Neither kind is without one of these.
    memchr::memchr3(b'.', b'/', b'@', body.as_bytes())?;
    if is_url(body) {
        return Some(Kind::Url);
    }
    is_email(body).then_some(Kind::Email)
}

fn is_url(body: &str) -> bool {
    let begins = |start: &str| body.get(..start.len()).is_some_and(|b| b.eq_ignore_ascii_case(start));
    if begins("http://") || begins("https://") || begins("www.") {
        return true;
    }
    // A bare host and path: a.example/offer
    body.split_once('/').is_some_and(|(host, _)| {
        host.contains('.')
            && host.len() > 4
            && host.split('.').all(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
            && host.bytes().any(|b| b.is_ascii_alphabetic())
    })
}

fn is_email(body: &str) -> bool {
    body.split_once('@').is_some_and(|(local, host)| {
        local.len() > 1
            && host.contains('.')
            && !host.ends_with('.')
            && local.bytes().all(|b| b.is_ascii_graphic())
            && host.split('.').all(|l| l.len() > 1 && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
    })
}
