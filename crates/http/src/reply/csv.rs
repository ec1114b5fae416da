//! Whether a client wants CSV instead of JSON.

/// Whether `Accept` ranks CSV above JSON (RFC 9110, section 12.5.1); of equal ranks the first named counts.
#[must_use]
pub fn prefers_csv(accept: &str) -> bool {
    let mut csv = (0, usize::MAX);
    let mut json = (0, usize::MAX);
    for (at, range) in accept.split(',').enumerate() {
        let mut parts = range.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or("").to_ascii_lowercase();
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(1_000, thousandths);
        match media_type.as_str() {
            "text/csv" | "text/*" => csv = csv.max((quality, usize::MAX - at)),
            "application/json" | "application/*" | "*/*" => json = json.max((quality, usize::MAX - at)),
            _ => {}
        }
    }
    csv.0 > 0 && csv > json
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

    #[test]
    fn csv_only_when_it_is_wanted_most() {
        for accept in ["text/csv", "text/csv, application/json;q=0.5", "text/csv;q=0.9, */*;q=0.8", "text/csv, */*"] {
            assert!(prefers_csv(accept), "{accept}");
        }
        for accept in
            ["", "*/*", "application/json", "application/json, text/csv", "text/csv;q=0", "text/csv;q=0.1, */*"]
        {
            assert!(!prefers_csv(accept), "{accept}");
        }
    }
}
