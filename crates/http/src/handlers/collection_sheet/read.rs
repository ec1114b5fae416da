//! Reading the sheet.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::{App, CollectionSheet, SheetPage};
use ofektom_domain::ids::BusinessId;

use super::view::{HEADER, SheetLineView};
use super::{CollectionSheetView, SheetQuery};
use crate::extract::{ApiPath, ApiQuery, SignedIn};
use crate::problem::ApiResult;
use crate::reply::{self, Form, TablePart};

/// `GET /businesses/{id}/collection-sheet`
///
/// # Errors
/// Those of [`App::collection_sheet`].
pub async fn collection_sheet(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    ApiQuery((input, page)): ApiQuery<SheetQuery>,
) -> ApiResult {
    match reply::wanted(&request, &[Form::Csv]) {
        Form::Csv => {
            let all = SheetPage { lines_max: None, totals: false, ..page };
            let first = app.collection_sheet(&caller, business, input, all).await?;
            let name = format!("collection-sheet-{}", first.filter().day);
            reply::csv_streamed(&name, HEADER, part(first), move |before: CollectionSheet| {
                let app = app.clone();
                async move { Ok(app.collection_sheet_rest(&before).await?.map_or_else(TablePart::end, part)) }
            })
        }
        Form::Json | Form::Pdf => {
            let sheet = app.collection_sheet(&caller, business, input, page).await?;
            reply::ok(&CollectionSheetView::from(sheet))
        }
    }
}

/// A part of the sheet; the rest is had by the part itself.
fn part(mut part: CollectionSheet) -> TablePart<18, CollectionSheet> {
    let lines = std::mem::take(&mut part.sheet.lines).into_iter();
    let rows = lines.map(|line| SheetLineView::from(line).cells()).collect();
    TablePart { rows, next: part.sheet.next.is_some().then_some(part) }
}
