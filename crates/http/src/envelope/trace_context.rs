//! The trace that a request belongs to, by the header `traceparent` of W3C Trace Context.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _};

use actix_web::http::header::{HeaderMap, HeaderName};

const HEADER: HeaderName = HeaderName::from_static("traceparent");

/// Bytes of the header in the version that is known: `00-<32 digits>-<16 digits>-<2 digits>`.
const BYTES: usize = 55;

/// The trace of a request: the one that the client named, or a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace; never zero.
    pub trace_id: u128,
    /// What the client said of it; `None` for a trace that begins here.
    pub parent: Option<TraceParent>,
}

/// Where a trace came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceParent {
    /// The client's span; never zero.
    pub span_id: u64,
    /// Whether the client keeps the trace, so that it expects others to.
    pub is_sampled: bool,
}

impl TraceContext {
    /// The trace that the headers name. A header that is malformed, or there twice, begins a new trace, as the standard says.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let mut given = headers.get_all(&HEADER);
        match (given.next(), given.next()) {
            (Some(one), None) => one.to_str().ok().and_then(parsed).unwrap_or_else(Self::begun),
            _ => Self::begun(),
        }
    }

    /// A new trace. Unpredictable enough not to meet another; it guards nothing.
    fn begun() -> Self {
        // Each of these is keyed anew by the standard library, and costs a few nanoseconds.
        let random = || u128::from(RandomState::new().build_hasher().finish());
        Self { trace_id: (random() << 64 | random()).max(1), parent: None }
    }

    /// The id as it is written: 32 digits.
    #[must_use]
    pub fn trace_id_text(&self) -> TraceIdText {
        TraceIdText(self.trace_id)
    }
}

/// The id of a trace, to be written.
#[derive(Clone, Copy, Debug)]
pub struct TraceIdText(u128);

impl fmt::Display for TraceIdText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

fn parsed(text: &str) -> Option<TraceContext> {
    let (known, rest) = (text.get(..BYTES)?, text.get(BYTES..)?);
    let mut parts = known.split('-');
    let mut next = |digits: usize| parts.next().filter(|part| part.len() == digits).and_then(number);
    let (version, trace_id, span_id, flags) = (next(2)?, next(32)?, next(16)?, next(2)?);
    // Later versions may say more behind what is known of them, after a dash.
    let fits = if version == 0 { rest.is_empty() } else { rest.is_empty() || rest.starts_with('-') };
    if version == 0xff || !fits || trace_id == 0 || span_id == 0 {
        return None;
    }
    let span_id = u64::try_from(span_id).ok()?;
    Some(TraceContext { trace_id, parent: Some(TraceParent { span_id, is_sampled: flags & 1 == 1 }) })
}

/// A number in digits that are small letters where they are letters.
fn number(digits: &str) -> Option<u128> {
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
    digits.bytes().all(plain).then(|| u128::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    fn of(values: &[&str]) -> TraceContext {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HEADER, HeaderValue::from_str(value).unwrap());
        }
        TraceContext::of(&headers)
    }

    #[test]
    fn a_trace_that_is_named_goes_on() {
        for (flags, is_sampled) in [("01", true), ("00", false), ("ff", true)] {
            let context = of(&[&format!("00-{TRACE}-{SPAN}-{flags}")]);
            assert_eq!(context.trace_id_text().to_string(), TRACE);
            assert_eq!(context.parent, Some(TraceParent { span_id: 0x00f0_67aa_0ba9_02b7, is_sampled }));
        }
        assert!(of(&[&format!("cc-{TRACE}-{SPAN}-01")]).parent.is_some());
        assert!(of(&[&format!("cc-{TRACE}-{SPAN}-01-what-comes-later")]).parent.is_some());
    }

    #[test]
    fn anything_else_begins_a_new_one() {
        let zeros = |digits| "0".repeat(digits);
        let good = format!("00-{TRACE}-{SPAN}-01");
        let wrong = [
            String::new(),
            "00".to_owned(),
            format!("{good}-more"),
            format!("cc-{TRACE}-{SPAN}-01.more"),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("00-{}-{SPAN}-01", zeros(32)),
            format!("00-{TRACE}-{}-01", zeros(16)),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-{SPAN}-+1"),
            format!("00-{TRACE}{SPAN}--01"),
            format!("00_{TRACE}_{SPAN}_01"),
        ];
        for text in &wrong {
            let context = of(&[text]);
            assert_eq!(context.parent, None, "{text}");
            assert_ne!(context.trace_id_text().to_string(), TRACE, "{text}");
        }
        assert_eq!(of(&[&good, &good]).parent, None, "it is there twice");
    }

    #[test]
    fn new_traces_differ() {
        let (one, other) = (of(&[]), of(&[]));
        assert_ne!(one.trace_id, other.trace_id);
        assert_eq!(one.trace_id_text().to_string().len(), 32);
    }
}
