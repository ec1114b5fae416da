//! The statement as CSV, for a spreadsheet.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, VARY};

use super::statement::StatementLineView;
use crate::problem::{ApiResult, Problem};

/// 200 with the lines as CSV, a header line first.
pub(super) fn answer(tracking_number: &str, lines: &[StatementLineView]) -> ApiResult {
    let body = written(lines).map_err(|error| Problem::internal(error.to_string()))?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, "text/csv; charset=utf-8")).insert_header((VARY, "Accept"));
    let file = format!("attachment; filename=\"statement-{tracking_number}.csv\"");
    Ok(response.insert_header((CONTENT_DISPOSITION, file)).body(body))
}

fn written(lines: &[StatementLineView]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.write_record([
        "date",
        "event",
        "money_in",
        "money_out",
        "balance",
        "contribution_id",
        "payment_request_id",
        "entry_id",
        "created_at",
    ])?;
    for line in lines {
        writer.serialize(line)?;
    }
    Ok(writer.into_inner()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_without_movements_has_its_header_line() {
        let text = String::from_utf8(written(&[]).unwrap()).unwrap();
        assert_eq!(text.lines().count(), 1);
        assert!(text.starts_with("date,event,money_in,money_out,balance,"));
    }
}
