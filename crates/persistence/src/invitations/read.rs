//! Reading invitations.

use diesel::BoolExpressionMethods as _;
use diesel::dsl::InnerJoinQuerySource;
use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::business::{BusinessStatus, Invitation, InvitationStatus};
use ofektom_domain::ids::{BusinessId, InvitationId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{InvitationFilter, StoreResult};

use super::row::InvitationRow;
use crate::engine::{Clause, Col, Db, fixed, total_on};
use crate::schema::{businesses, invitations};

/// Most invitations that a person's own list shows.
const LISTED_MAX: i64 = 100;

pub(super) async fn invitation_by_id(
    db: &Db,
    business: BusinessId,
    id: InvitationId,
) -> StoreResult<Option<Invitation>> {
    db.read(async move |conn| {
        let found = on!(conn, |c| invitations::table
            .inner_join(businesses::table)
            .filter(invitations::business_id.eq(Col(business)).and(invitations::id.eq(Col(id))))
            .select((InvitationRow::as_select(), businesses::name))
            .first::<(InvitationRow, String)>(c)
            .await
            .optional())?;
        Ok(found.map(|(row, name)| row.named(name)))
    })
    .await
}

/// Whether one is pending or expired is told by its age, so both are asked for by it.
pub(super) async fn invitations_list(
    db: &Db,
    (business, now): (BusinessId, Timestamp),
    filter: InvitationFilter,
    page: PageRequest,
) -> StoreResult<Page<Invitation>> {
    db.read_list(async move |conn| {
        let meant = || wanted((business, now), &filter);
        let total =
            total_on(conn, page, || invitations::table.inner_join(businesses::table).filter(meant()).count()).await?;
        let rows = on!(conn, |c| invitations::table
            .inner_join(businesses::table)
            .filter(meant().with_some(page.after, |after| invitations::id.lt(Col(after))))
            .order(invitations::id.desc())
            .limit(i64::from(page.limit) + 1)
            .select((InvitationRow::as_select(), businesses::name))
            .load::<(InvitationRow, String)>(c)
            .await)?;
        let found = rows.into_iter().map(|(row, name)| row.named(name)).collect();
        Ok(Page::from_rows(found, page.limit, |invitation: &Invitation| invitation.id.uuid()).counted(total))
    })
    .await
}

/// Invitations with their businesses.
type Named = InnerJoinQuerySource<invitations::table, businesses::table>;

/// A pending invitation is stored as such even when its time is over.
fn wanted((business, now): (BusinessId, Timestamp), filter: &InvitationFilter) -> Clause<Named> {
    let stored = |status: InvitationStatus| Clause::all().with(invitations::status.eq(Col(status)));
    let of_status = |status| match status {
        InvitationStatus::Pending => stored(status).with(invitations::expires_at.gt(Col(now))),
        InvitationStatus::Expired => {
            let over = stored(InvitationStatus::Pending).with(invitations::expires_at.le(Col(now)));
            Clause::any_of([stored(status), over])
        }
        InvitationStatus::Accepted | InvitationStatus::Rejected | InvitationStatus::Revoked => stored(status),
    };
    Clause::all().with(invitations::business_id.eq(Col(business))).with_some(filter.status, of_status)
}

pub(super) async fn invitations_to(db: &Db, phone: PhoneNumber, now: Timestamp) -> StoreResult<Vec<Invitation>> {
    db.read(async move |conn| {
        let rows = on!(conn, |c| invitations::table
            .inner_join(businesses::table)
            .filter(invitations::phone.eq(Col(phone)))
            .filter(invitations::status.eq(Col(InvitationStatus::Pending)))
            // As the index of pending ones says it: SQLite does not look at what is bound.
            .filter(fixed::<Bool>("invitations.status = 'pending'"))
            .filter(invitations::expires_at.gt(Col(now)))
            .filter(businesses::status.eq(Col(BusinessStatus::Active)))
            .order(invitations::id.desc())
            .limit(LISTED_MAX)
            .select((InvitationRow::as_select(), businesses::name))
            .load::<(InvitationRow, String)>(c)
            .await)?;
        Ok(rows.into_iter().map(|(row, name)| row.named(name)).collect())
    })
    .await
}
