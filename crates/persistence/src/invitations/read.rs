//! Reading invitations.

use diesel::BoolExpressionMethods as _;
use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::business::{BusinessStatus, Invitation, InvitationStatus};
use ofektom_domain::ids::{BusinessId, InvitationId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{InvitationFilter, StoreResult};

use super::row::InvitationRow;
use crate::engine::{Col, Db};
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
    db.read(async move |conn| {
        let rows = on!(conn, |c| {
            let mut query = invitations::table
                .inner_join(businesses::table)
                .filter(invitations::business_id.eq(Col(business)))
                .order(invitations::id.desc())
                .limit(i64::from(page.limit) + 1)
                .select((InvitationRow::as_select(), businesses::name))
                .into_boxed();
            if let Some(status) = filter.status {
                let stored = invitations::status.eq(Col(status));
                let pending = invitations::status.eq(Col(InvitationStatus::Pending));
                query = match status {
                    InvitationStatus::Pending => query.filter(stored.and(invitations::expires_at.gt(Col(now)))),
                    InvitationStatus::Expired => {
                        query.filter(stored.or(pending.and(invitations::expires_at.le(Col(now)))))
                    }
                    InvitationStatus::Accepted | InvitationStatus::Rejected | InvitationStatus::Revoked => {
                        query.filter(stored)
                    }
                };
            }
            if let Some(after) = page.after {
                query = query.filter(invitations::id.lt(Col(after)));
            }
            query.load::<(InvitationRow, String)>(c).await
        })?;
        let found = rows.into_iter().map(|(row, name)| row.named(name)).collect();
        Ok(Page::from_rows(found, page.limit, |invitation: &Invitation| invitation.id.uuid()))
    })
    .await
}

pub(super) async fn invitations_to(db: &Db, phone: PhoneNumber, now: Timestamp) -> StoreResult<Vec<Invitation>> {
    db.read(async move |conn| {
        let rows = on!(conn, |c| invitations::table
            .inner_join(businesses::table)
            .filter(invitations::phone.eq(Col(phone)))
            .filter(invitations::status.eq(Col(InvitationStatus::Pending)))
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
