//! Which of the forms that a route gives a client wants most.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT;

/// A form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON: what is given when nothing else is wanted more.
    Json,
    /// A table for a spreadsheet.
    Csv,
    /// A paper to print.
    Pdf,
}

impl Form {
    /// The media type, with the ranges that mean it.
    const fn ranges(self) -> &'static [&'static str] {
        match self {
            Self::Json => &["application/json", "application/*", "*/*"],
            Self::Csv => &["text/csv", "text/*"],
            Self::Pdf => &["application/pdf"],
        }
    }
}

/// The form that `Accept` ranks above the others (RFC 9110, section 12.5.1); of equal ranks the first named counts. JSON is
/// always given; `others` are the forms that the route gives besides.
#[must_use]
pub fn wanted(request: &HttpRequest, others: &[Form]) -> Form {
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    wanted_by(accept, others)
}

fn wanted_by(accept: &str, others: &[Form]) -> Form {
    ranked(accept, Form::Json, others, Form::ranges)
}

/// Of a form that is always given and of others, the one that `Accept` ranks highest; `ranges` are the media types that mean it.
pub fn ranked<T: Copy>(accept: &str, given: T, others: &[T], ranges: fn(T) -> &'static [&'static str]) -> T {
    let mut best = (rank(accept, ranges(given)), given);
    for form in others {
        let rank = rank(accept, ranges(*form));
        if rank.0 > 0 && rank > best.0 {
            best = (rank, *form);
        }
    }
    best.1
}

/// The quality of a form, in thousandths, and how early it is named.
fn rank(accept: &str, ranges: &[&str]) -> (u32, usize) {
    let mut best = (0, usize::MAX);
    for (at, range) in accept.split(',').enumerate() {
        let mut parts = range.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or("").to_ascii_lowercase();
        if ranges.contains(&media_type.as_str()) {
            let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(1_000, thousandths);
            best = best.max((quality, usize::MAX - at));
        }
    }
    best
}

/// A quality of `0` to `1` with at most three decimals, in thousandths.
fn thousandths(quality: &str) -> u32 {
    let (whole, decimals) = quality.split_once('.').unwrap_or((quality, ""));
    let decimals = decimals.get(..decimals.len().min(3)).unwrap_or("");
    let value = format!("{whole}{decimals:0<3}").parse().unwrap_or(0_u32);
    value.min(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[Form] = &[Form::Csv, Form::Pdf];

    #[test]
    fn csv_only_when_it_is_wanted_most() {
        for accept in ["text/csv", "text/csv, application/json;q=0.5", "text/csv;q=0.9, */*;q=0.8", "text/csv, */*"] {
            assert_eq!(wanted_by(accept, ALL), Form::Csv, "{accept}");
            assert_eq!(wanted_by(accept, &[]), Form::Json, "{accept}");
        }
        for accept in
            ["", "*/*", "application/json", "application/json, text/csv", "text/csv;q=0", "text/csv;q=0.1, */*"]
        {
            assert_eq!(wanted_by(accept, ALL), Form::Json, "{accept}");
        }
    }

    #[test]
    fn a_paper_only_when_it_is_asked_for_by_its_name() {
        for accept in ["application/pdf", "application/pdf, text/csv", "text/csv;q=0.2, application/pdf, */*;q=0.1"] {
            assert_eq!(wanted_by(accept, ALL), Form::Pdf, "{accept}");
        }
        for accept in ["application/*", "application/json, application/pdf", "application/pdf;q=0, */*"] {
            assert_eq!(wanted_by(accept, ALL), Form::Json, "{accept}");
        }
        assert_eq!(wanted_by("application/pdf, text/csv;q=0.1", &[Form::Csv]), Form::Csv);
    }
}
