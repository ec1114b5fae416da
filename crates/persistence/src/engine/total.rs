//! How many rows a list has in all, for those who ask.

use diesel_async::methods::LoadQuery;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use ofektom_domain::page::PageRequest;

use super::conn::{Conn, LiteConnection};
use super::error::DbResult;

/// Counts the rows of a list when its page is to say how many there are; nothing otherwise. What is read after it is read in the
/// same state of the database. `counted` gives the list's rows, without its page, with `.count()`.
pub(crate) async fn total_on<Q>(
    conn: &mut Conn,
    page: PageRequest,
    counted: impl FnOnce() -> Q + Send,
) -> DbResult<Option<i64>>
where
    Q: LoadQuery<'static, AsyncPgConnection, i64> + LoadQuery<'static, LiteConnection, i64> + Send + 'static,
{
    if !page.total {
        return Ok(None);
    }
    conn.snapshot().await?;
    let counted = counted();
    Ok(Some(on!(conn, |c| counted.get_result::<i64>(c).await)?))
}
