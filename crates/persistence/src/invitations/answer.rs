//! Answering and withdrawing an invitation. Whoever does it holds the invitation's row, so of two who try at once one finds
//! it settled.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::business::{Business, Invitation, invitation_answer_decide, invitation_revoke_decide};
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BusinessId, InvitationId};
use ofektom_domain::people::TokenHash;
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{AnswerInvitation, StoreError, StoreResult};

use super::row::InvitationRow;
use crate::audit::audit_append_in_tx;
use crate::businesses::{business_hold_in_tx, membership_create_in_tx};
use crate::engine::{Col, Conn, Db, DbResult};
use crate::notifications::notifications_write_in_tx;
use crate::schema::invitations;

pub(super) async fn invitation_answer(db: &Db, command: AnswerInvitation) -> StoreResult<Invitation> {
    db.write(async move |conn| {
        let AnswerInvitation { token, person, answer, context } = command;
        let found = lock_by_token_in_tx(conn, token, person.phone.clone()).await?.ok_or(StoreError::NotFound)?;
        let business = business_hold_in_tx(conn, found.business_id.0).await?;
        let invitation = found.named(business.name.clone());
        let answered = invitation_answer_decide(&invitation, &business, &person, answer, &context)?;
        if let Some(membership) = &answered.membership {
            membership_create_in_tx(conn, membership).await?;
        }
        settle_in_tx(conn, &answered.invitation).await?;
        audit_append_in_tx(conn, &[answered.audit]).await?;
        notifications_write_in_tx(conn, answered.notifications).await?;
        Ok(answered.invitation)
    })
    .await
}

pub(super) async fn invitation_revoke(
    db: &Db,
    business: Business,
    id: InvitationId,
    context: Context,
) -> StoreResult<Invitation> {
    db.write(async move |conn| {
        let found = lock_by_id_in_tx(conn, business.id, id).await?.ok_or(StoreError::NotFound)?;
        let invitation = found.named(business.name.clone());
        let (revoked, audit) = invitation_revoke_decide(&invitation, &business, &context)?;
        settle_in_tx(conn, &revoked).await?;
        audit_append_in_tx(conn, &[audit]).await?;
        Ok(revoked)
    })
    .await
}

async fn settle_in_tx(conn: &mut Conn, invitation: &Invitation) -> DbResult<()> {
    let it = invitations::table.find((Col(invitation.business_id), Col(invitation.id)));
    let settled = (
        invitations::status.eq(Col(invitation.status)),
        invitations::updated_at.eq(Col(invitation.updated_at)),
        invitations::updated_by.eq(Col(invitation.updated_by)),
    );
    on!(conn, |c| diesel::update(it).set(settled).execute(c).await)?;
    Ok(())
}

/// A token for another number is as good as none.
async fn lock_by_token_in_tx(conn: &mut Conn, token: TokenHash, phone: PhoneNumber) -> DbResult<Option<InvitationRow>> {
    let sent =
        invitations::table.filter(invitations::token_hash.eq(Col(token))).filter(invitations::phone.eq(Col(phone)));
    match conn {
        Conn::Pg(c) => {
            let query = sent.select(InvitationRow::as_select()).for_no_key_update();
            Ok(query.first::<InvitationRow>(&mut **c).await.optional()?)
        }
        // A write on SQLite is alone anyway.
        Conn::Lite(c) => {
            let query = sent.select(InvitationRow::as_select());
            Ok(query.first::<InvitationRow>(&mut **c).await.optional()?)
        }
    }
}

async fn lock_by_id_in_tx(conn: &mut Conn, business: BusinessId, id: InvitationId) -> DbResult<Option<InvitationRow>> {
    let it = invitations::table.find((Col(business), Col(id)));
    match conn {
        Conn::Pg(c) => {
            let query = it.select(InvitationRow::as_select()).for_no_key_update();
            Ok(query.first::<InvitationRow>(&mut **c).await.optional()?)
        }
        Conn::Lite(c) => {
            let query = it.select(InvitationRow::as_select());
            Ok(query.first::<InvitationRow>(&mut **c).await.optional()?)
        }
    }
}
