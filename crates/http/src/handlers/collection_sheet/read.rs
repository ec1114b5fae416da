//! Reading the sheet.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::{App, CollectionSheet, SheetPage};
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::SheetPlace;

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
            let filter = first.filter.clone();
            let name = format!("collection-sheet-{}", filter.day);
            reply::csv_streamed(&name, HEADER, part(first), move |after| {
                let (app, filter) = (app.clone(), filter.clone());
                async move { Ok(part(app.collection_sheet_rest(filter, after).await?)) }
            })
        }
        Form::Json | Form::Pdf => {
            let sheet = app.collection_sheet(&caller, business, input, page).await?;
            reply::ok(&CollectionSheetView::from(sheet))
        }
    }
}

fn part(CollectionSheet { sheet, .. }: CollectionSheet) -> TablePart<18, SheetPlace> {
    let rows = sheet.lines.into_iter().map(|line| SheetLineView::from(line).cells()).collect();
    TablePart { rows, next: sheet.next }
}
