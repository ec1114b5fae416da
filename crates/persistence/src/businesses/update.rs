//! Changing a business's settings. Whether it trades is not among them: see `platform`.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use jiff::civil::Date;
use ofektom_domain::business::{Business, BusinessChange, JoinCode, business_change_decide, join_code_renew_decide};
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BusinessId, EntryId};
use ofektom_domain::ports::{Conflict, StoreResult};
use ofektom_domain::refusal::Refusal;
use uuid::Uuid;

use super::lock::{business_lock_in_tx, business_settings_lock_in_tx, unit_hold_in_tx};
use super::row::name_search;
use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Conn, Db, DbResult, Means as _};
use crate::schema::{businesses, journal_entries, memberships};

/// Two days: no two time zones are further apart.
const ZONES_APART_MS: i64 = 2 * 24 * 3_600 * 1_000;

pub(super) async fn business_update(
    db: &Db,
    id: BusinessId,
    change: BusinessChange,
    context: Context,
) -> StoreResult<Business> {
    db.write(async move |conn| {
        let before = business_settings_lock_in_tx(conn, id).await?;
        if let Some(unit) = change.default_unit_id
            && !unit_hold_in_tx(conn, id, unit).await?
        {
            return Err(Refusal::field("default_unit_id", "unknown", "must be a unit of the business").into());
        }
        let last_booked = match change.time_zone {
            Some(_) => last_booked_on(conn, id, context.now).await?,
            None => None,
        };
        let (after, audit) = business_change_decide(&before, change, last_booked, &context)?;
        let settings = (
            businesses::name_search.eq(name_search(&after.name)),
            businesses::name.eq(after.name.clone()),
            businesses::time_zone.eq(after.time_zone.clone()),
            businesses::policy.eq(Col(after.policy)),
            businesses::default_unit_id.eq(Col(after.default_unit_id)),
            businesses::updated_at.eq(Col(after.updated_at)),
            businesses::updated_by.eq(Col(after.updated_by)),
        );
        on!(conn, |c| diesel::update(businesses::table.find(Col(id))).set(settings).execute(c).await)?;
        audit_append_in_tx(conn, &[audit]).await?;
        Ok(after)
    })
    .await
}

/// The last day on which money is booked or cash is counted, among the bookings of the last two days: none before can be of a day that has
/// not come in some time zone. Ids begin with the instant.
async fn last_booked_on(conn: &mut Conn, business: BusinessId, now: Timestamp) -> DbResult<Option<Date>> {
    let since = u128::try_from(now.as_millisecond().saturating_sub(ZONES_APART_MS)).unwrap_or_default();
    let recent = journal_entries::table
        .filter(journal_entries::business_id.eq(Col(business)))
        .filter(journal_entries::id.ge(Col(EntryId::from_uuid(Uuid::from_u128(since << 80)))))
        .order(journal_entries::occurred_on.desc())
        .select(journal_entries::occurred_on);
    let last = on!(conn, |c| recent.first::<Col<Date>>(c).await.optional())?;
    let counted = memberships::table
        .filter(memberships::business_id.eq(Col(business)))
        .filter(memberships::cash_closed_until.is_not_null())
        .order(memberships::cash_closed_until.desc())
        .select(memberships::cash_closed_until);
    let counted = on!(conn, |c| counted.first::<Option<Col<Date>>>(c).await.optional())?.flatten();
    Ok([last, counted].into_iter().flatten().map(|day| day.0).max())
}

pub(super) async fn join_code_renew(
    db: &Db,
    id: BusinessId,
    code: JoinCode,
    context: Context,
) -> StoreResult<Business> {
    db.write(async move |conn| {
        let before = business_lock_in_tx(conn, id).await?;
        let (after, audit) = join_code_renew_decide(&before, code, &context)?;
        let values = (
            businesses::join_code.eq(Col(after.join_code)),
            businesses::updated_at.eq(Col(after.updated_at)),
            businesses::updated_by.eq(Col(after.updated_by)),
        );
        on!(conn, |c| diesel::update(businesses::table.find(Col(id))).set(values).execute(c).await)
            .unique_means(Conflict::JoinCode)?;
        audit_append_in_tx(conn, &[audit]).await?;
        Ok(after)
    })
    .await
}
