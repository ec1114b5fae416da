//! Pages of lists.

use ofektom_app::NamedPage;
use ofektom_domain::ports::Names;
use serde::Serialize;

use super::etag::shown;
use super::json::ok_shown;
use crate::problem::ApiResult;
use crate::wire::PageView;

/// 200 with a page. It is long, so it is written once for each copy of the page, and not for each who reads it.
///
/// # Errors
/// A defect, when the view cannot be written.
pub fn named_page<R, T: Serialize>(page: &NamedPage<R>, view: impl Fn(&R, &Names) -> T) -> ApiResult {
    let written = match page.shown.get() {
        Some(written) => written,
        None => {
            let written = shown(&PageView::of_ref(&page.rows, |row| view(row, &page.names)))?;
            page.shown.get_or_init(|| written)
        }
    };
    Ok(ok_shown(written))
}
