//! Invitations: sending, answering, withdrawing and reading them.

mod answer;
mod create;
mod read;
mod row;

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_domain::business::{Business, Invitation};
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BusinessId, InvitationId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{AnswerInvitation, InvitationFilter, InvitationStore, NewInvitation, StoreResult};

use crate::engine::Db;

/// The invitations of all businesses.
#[derive(Clone, Debug)]
pub struct Invitations {
    db: Db,
}

impl Invitations {
    /// Invitations in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl InvitationStore for Invitations {
    async fn invitation_create(&self, new: NewInvitation) -> StoreResult<()> {
        create::invitation_create(&self.db, new).await
    }

    async fn invitation_by_id(&self, business: BusinessId, id: InvitationId) -> StoreResult<Option<Invitation>> {
        read::invitation_by_id(&self.db, business, id).await
    }

    async fn invitations_list(
        &self,
        business: BusinessId,
        filter: InvitationFilter,
        now: Timestamp,
        page: PageRequest,
    ) -> StoreResult<Page<Invitation>> {
        read::invitations_list(&self.db, (business, now), filter, page).await
    }

    async fn invitations_to(&self, phone: &PhoneNumber, now: Timestamp) -> StoreResult<Vec<Invitation>> {
        read::invitations_to(&self.db, phone.clone(), now).await
    }

    async fn invitation_answer(&self, command: AnswerInvitation) -> StoreResult<Invitation> {
        answer::invitation_answer(&self.db, command).await
    }

    async fn invitation_revoke(
        &self,
        business: Business,
        id: InvitationId,
        context: Context,
    ) -> StoreResult<Invitation> {
        answer::invitation_revoke(&self.db, business, id, context).await
    }
}
