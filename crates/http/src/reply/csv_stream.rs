//! Tables that are too long to be held at once: read, written and sent a part at a time.

use std::future::ready;

use actix_web::HttpResponse;
use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};
use ofektom_domain::page::{Page, PageRequest};
use uuid::Uuid;

use super::csv::{CsvLines, csv_answer};
use crate::problem::{ApiResult, Problem};

/// Rows of a list that are read at once for a table.
const ROWS_AT_ONCE: u32 = 500;

/// A part of a table.
#[derive(Debug)]
pub struct TablePart<const N: usize, K> {
    /// Its rows.
    pub rows: Vec<[String; N]>,
    /// Where the next part begins; `None` on the last.
    pub next: Option<K>,
}

impl<const N: usize, K> TablePart<N, K> {
    /// The last part, without rows.
    #[must_use]
    pub const fn end() -> Self {
        Self { rows: Vec::new(), next: None }
    }
}

/// 200 with a table as a file, of which the first part is here and the others are read as the client takes them. When one cannot
/// be read the answer breaks off, so that nobody takes it for whole.
///
/// # Errors
/// A defect, when a row of the first part has another number of cells.
pub fn csv_streamed<const N: usize, K, Reading>(
    name: &str,
    header: [&'static str; N],
    first: TablePart<N, K>,
    mut read: impl FnMut(K) -> Reading + 'static,
) -> ApiResult
where
    K: 'static,
    Reading: Future<Output = Result<TablePart<N, K>, Problem>> + 'static,
{
    let head = written(Some(header), first.rows)?;
    let rest = stream::try_unfold(first.next, move |next| {
        let reading = next.map(&mut read);
        async move {
            let Some(reading) = reading else { return Ok(None) };
            let part = reading.await?;
            Ok(Some((written(None, part.rows)?, part.next)))
        }
    });
    Ok(csv_answer(name).streaming(stream::once(ready(Ok::<Bytes, Problem>(head))).chain(rest)))
}

/// 200 with a list as a table: all rows from where the page begins, newest first. What is added meanwhile is newer, so it is
/// not in it.
///
/// # Errors
/// What reading the first part answers.
pub async fn csv_of_list<const N: usize, Reading>(
    name: &str,
    header: [&'static str; N],
    page: PageRequest,
    mut list: impl FnMut(PageRequest) -> Reading + 'static,
) -> Result<HttpResponse, Problem>
where
    Reading: Future<Output = Result<Page<[String; N]>, Problem>> + 'static,
{
    let part = |page: Page<[String; N]>| TablePart { rows: page.items, next: page.next };
    let page = PageRequest { limit: ROWS_AT_ONCE, total: false, ..page };
    let first = part(list(page).await?);
    csv_streamed(name, header, first, move |after: Uuid| {
        let reading = list(PageRequest { after: Some(after), ..page });
        async move { reading.await.map(part) }
    })
}

fn written<const N: usize>(header: Option<[&str; N]>, rows: Vec<[String; N]>) -> Result<Bytes, Problem> {
    let mut table = CsvLines::new();
    if let Some(header) = header {
        table.line(header)?;
    }
    for row in rows {
        table.line(row)?;
    }
    Ok(table.finish()?.into())
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;
    use crate::problem::kind;

    fn part(rows: &[&str], next: Option<u32>) -> TablePart<1, u32> {
        TablePart { rows: rows.iter().map(|cell| [(*cell).to_owned()]).collect(), next }
    }

    #[actix_web::test]
    async fn parts_follow_one_another_under_one_header() {
        let read = |at: u32| ready(Ok(if at < 3 { part(&["b"], Some(at + 1)) } else { part(&["=c"], None) }));
        let answer = csv_streamed("t", ["name"], part(&["a"], Some(2)), read).unwrap();
        assert_eq!(to_bytes(answer.into_body()).await.unwrap(), "name\r\na\r\nb\r\n'=c\r\n");
        let empty = csv_streamed("t", ["name"], part(&[], None), |_| ready(Ok(part(&["never"], None)))).unwrap();
        assert_eq!(to_bytes(empty.into_body()).await.unwrap(), "name\r\n");
    }

    #[actix_web::test]
    async fn a_part_that_cannot_be_read_breaks_it_off() {
        let read = |_: u32| ready(Err(Problem::new(kind::UNAVAILABLE)));
        let answer = csv_streamed("t", ["name"], part(&["a"], Some(1)), read).unwrap();
        assert!(to_bytes(answer.into_body()).await.is_err());
    }

    #[actix_web::test]
    async fn a_list_is_read_on_from_its_last_row() {
        let (first, second) = (Uuid::from_u128(2), Uuid::from_u128(1));
        let list = move |page: PageRequest| {
            assert_eq!((page.limit, page.total), (ROWS_AT_ONCE, false));
            let next = match page.after {
                None => Some(first),
                Some(after) if after == first => Some(second),
                Some(_) => None,
            };
            ready(Ok(Page { items: vec![[format!("{:?}", page.after.map(|id| id.as_u128()))]], next, total: None }))
        };
        let page = PageRequest { limit: 3, after: None, total: true };
        let answer = csv_of_list("t", ["after"], page, list).await.unwrap();
        assert_eq!(to_bytes(answer.into_body()).await.unwrap(), "after\r\nNone\r\nSome(2)\r\nSome(1)\r\n");
    }
}
