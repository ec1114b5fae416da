//! Keeping and reading imports.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::idempotency::{Answer, Idempotency};
use ofektom_domain::ids::{BusinessId, ImportId};
use ofektom_domain::import::Import;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{NewImport, StoreResult};

use super::row::{ImportRow, NewImportRow};
use crate::audit::audit_append_in_tx;
use crate::engine::{Clause, Col, Db, DbResult, total_on};
use crate::idempotency::{answer_keep_in_tx, exactly_once, replay_on};
use crate::schema::imports;

pub(super) async fn import_create(
    db: &Db,
    new: NewImport,
    idempotency: Idempotency<Import>,
) -> StoreResult<Answer<Import>> {
    exactly_once(db, async move |conn| {
        let now = new.import.created_at;
        if let Some(stored) = replay_on(conn, &idempotency, now).await? {
            return Ok(Answer::Replayed(stored));
        }
        let row = NewImportRow::try_from(&new)?;
        on!(conn, |c| diesel::insert_into(imports::table).values(row).execute(c).await)?;
        audit_append_in_tx(conn, &[new.audit]).await?;
        answer_keep_in_tx(conn, &idempotency, new.import, now).await
    })
    .await
}

pub(super) async fn import_by_id(db: &Db, business: BusinessId, id: ImportId) -> StoreResult<Option<Import>> {
    db.read(async move |conn| {
        let found = on!(conn, |c| imports::table
            .find((Col(business), Col(id)))
            .select(ImportRow::as_select())
            .first::<ImportRow>(c)
            .await
            .optional())?;
        found.map(Import::try_from).transpose()
    })
    .await
}

pub(super) async fn imports_list(db: &Db, business: BusinessId, page: PageRequest) -> StoreResult<Page<Import>> {
    db.read_list(async move |conn| {
        let wanted = || Clause::<imports::table>::all().with(imports::business_id.eq(Col(business)));
        let total = total_on(conn, page, || imports::table.filter(wanted()).count()).await?;
        let rows = on!(conn, |c| imports::table
            .filter(wanted().with_some(page.after, |after| imports::id.lt(Col(after))))
            .order(imports::id.desc())
            .limit(i64::from(page.limit) + 1)
            .select(ImportRow::as_select())
            .load::<ImportRow>(c)
            .await)?;
        let found = rows.into_iter().map(Import::try_from).collect::<DbResult<Vec<_>>>()?;
        Ok(Page::from_rows(found, page.limit, |import: &Import| import.id.uuid()).counted(total))
    })
    .await
}
