//! Invitations that are accepted.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_auth::user_tag;
use ofektom_cache::Caches;
use ofektom_domain::business::{Business, Invitation};
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BusinessId, InvitationId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{AnswerInvitation, InvitationFilter, InvitationStore, NewInvitation, StoreResult};

use super::after::ending;
use super::tags::books_tag;

/// Ends the copies of whoever gets a place in a business by an invitation.
pub(super) struct CachedInvitations {
    store: Arc<dyn InvitationStore>,
    caches: Caches,
}

impl CachedInvitations {
    pub fn new(store: Arc<dyn InvitationStore>, caches: Caches) -> Self {
        Self { store, caches }
    }
}

#[async_trait]
impl InvitationStore for CachedInvitations {
    async fn invitation_create(&self, new: NewInvitation) -> StoreResult<()> {
        self.store.invitation_create(new).await
    }

    async fn invitation_by_id(&self, business: BusinessId, id: InvitationId) -> StoreResult<Option<Invitation>> {
        self.store.invitation_by_id(business, id).await
    }

    async fn invitations_list(
        &self,
        business: BusinessId,
        filter: InvitationFilter,
        now: Timestamp,
        page: PageRequest,
    ) -> StoreResult<Page<Invitation>> {
        self.store.invitations_list(business, filter, now, page).await
    }

    async fn invitations_to(&self, phone: &PhoneNumber, now: Timestamp) -> StoreResult<Vec<Invitation>> {
        self.store.invitations_to(phone, now).await
    }

    async fn invitation_answer(&self, command: AnswerInvitation) -> StoreResult<Invitation> {
        let (store, user) = (Arc::clone(&self.store), command.person.id);
        ending(&self.caches, async move { store.invitation_answer(command).await }, move |answered| {
            let books = answered.map(|invitation| books_tag(invitation.business_id));
            books.into_iter().chain([user_tag(user)]).collect()
        })
        .await
    }

    async fn invitation_revoke(
        &self,
        business: Business,
        id: InvitationId,
        context: Context,
    ) -> StoreResult<Invitation> {
        self.store.invitation_revoke(business, id, context).await
    }
}
