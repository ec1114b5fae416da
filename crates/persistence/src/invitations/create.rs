//! Sending an invitation.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl as _;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::business::{Invitation, InvitationStatus, invitation_notify};
use ofektom_domain::ids::InvitationId;
use ofektom_domain::ports::{Conflict, NewInvitation, StoreResult};
use ofektom_domain::refusal::Refusal;

use super::row::NewInvitationRow;
use crate::audit::audit_append_in_tx;
use crate::businesses::unit_hold_in_tx;
use crate::engine::{Col, Conn, Db, DbResult, Means as _, fixed};
use crate::notifications::notifications_write_in_tx;
use crate::people::user_id_by_phone_on;
use crate::schema::invitations;

pub(super) async fn invitation_create(db: &Db, new: NewInvitation) -> StoreResult<()> {
    db.write(async move |conn| {
        // Nobody removes the unit before the invitation to it can be seen.
        if !unit_hold_in_tx(conn, new.invitation.business_id, new.invitation.unit_id).await? {
            return Err(Refusal::field("unit_id", "unknown", "must be a unit of the business").into());
        }
        if let Some(expired) = older_one_expire_in_tx(conn, &new.invitation).await? {
            let audit = AuditRow { entity_id: expired.uuid(), ..new.expiry_audit };
            audit_append_in_tx(conn, &[audit]).await?;
        }
        let invited = user_id_by_phone_on(conn, new.invitation.phone.clone()).await?;
        let told = invited.map(|person| invitation_notify(&new.invitation, person, &new.context));
        let row = NewInvitationRow::new(new.invitation, new.token);
        // The id is fresh, so a unique violation is the index that lets a number have one pending invitation.
        on!(conn, |c| diesel::insert_into(invitations::table).values(row).execute(c).await)
            .unique_means(Conflict::Invitation)?;
        audit_append_in_tx(conn, &[new.audit]).await?;
        notifications_write_in_tx(conn, told.unwrap_or_default()).await
    })
    .await
}

/// Marks the number's pending invitation as expired, if it is too old by the instant of the new one.
async fn older_one_expire_in_tx(conn: &mut Conn, new: &Invitation) -> DbResult<Option<InvitationId>> {
    let too_old = invitations::table
        .filter(invitations::business_id.eq(Col(new.business_id)))
        .filter(invitations::phone.eq(Col(new.phone.clone())))
        .filter(invitations::status.eq(Col(InvitationStatus::Pending)))
        // As the index of pending ones says it: SQLite does not look at what is bound.
        .filter(fixed::<Bool>("status = 'pending'"))
        .filter(invitations::expires_at.le(Col(new.created_at)));
    let expired = (
        invitations::status.eq(Col(InvitationStatus::Expired)),
        invitations::updated_at.eq(Col(new.created_at)),
        invitations::updated_by.eq(Col(new.created_by)),
    );
    let id = on!(conn, |c| diesel::update(too_old)
        .set(expired)
        .returning(invitations::id)
        .get_result::<Col<InvitationId>>(c)
        .await
        .optional())?;
    Ok(id.map(|id| id.0))
}
