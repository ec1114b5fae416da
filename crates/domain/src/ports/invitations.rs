//! Invitations.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::audit::AuditRow;
use crate::business::{Business, Invitation, InvitationAnswer, InvitationStatus};
use crate::context::Context;
use crate::ids::{BusinessId, InvitationId};
use crate::page::{Page, PageRequest};
use crate::people::{TokenHash, User};
use crate::phone::PhoneNumber;

/// An invitation to add.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// The hash of its token.
    pub token: TokenHash,
    /// The audit row.
    pub audit: AuditRow,
    /// The audit row for the case that an older one to the same number expired, in which the store names that one.
    pub expiry_audit: AuditRow,
    /// Who invites, when.
    pub context: Context,
}

/// Which invitations of a business.
#[derive(Clone, Copy, Debug, Default)]
pub struct InvitationFilter {
    /// Only those that are in this status at the instant of the question.
    pub status: Option<InvitationStatus>,
}

/// An invited person's answer.
#[derive(Clone, Debug)]
pub struct AnswerInvitation {
    /// The hash of the token that he got.
    pub token: TokenHash,
    /// Who answers.
    pub person: User,
    /// What he says.
    pub answer: InvitationAnswer,
    /// When, from where.
    pub context: Context,
}

/// Stores invitations. Tokens and phone numbers find them without naming the business, for the invited person does not
/// know it yet.
#[async_trait]
pub trait InvitationStore: Send + Sync {
    /// Adds an invitation and tells the person who has the number, if there is one, by
    /// [`crate::business::invitation_notify`]. `Conflict(Invitation)` when the business has a pending one to the number; one
    /// that has expired is marked so and makes room. `Refused` when the unit is gone.
    async fn invitation_create(&self, new: NewInvitation) -> StoreResult<()>;

    /// An invitation of a business.
    async fn invitation_by_id(&self, business: BusinessId, id: InvitationId) -> StoreResult<Option<Invitation>>;

    /// The invitations of a business, newest first.
    async fn invitations_list(
        &self,
        business: BusinessId,
        filter: InvitationFilter,
        now: Timestamp,
        page: PageRequest,
    ) -> StoreResult<Page<Invitation>>;

    /// The invitations to a number that may be answered: pending, of trading businesses; newest first, at most 100.
    async fn invitations_to(&self, phone: &PhoneNumber, now: Timestamp) -> StoreResult<Vec<Invitation>>;

    /// Stores the invited person's answer as [`invitation_answer_decide`] decides, with his membership when he accepts.
    /// `NotFound` for a token that is unknown, or not for his number; `Conflict(Membership)` when he belongs to the business
    /// already.
    ///
    /// [`invitation_answer_decide`]: crate::business::invitation_answer_decide
    async fn invitation_answer(&self, command: AnswerInvitation) -> StoreResult<Invitation>;

    /// Withdraws an invitation of a business as [`invitation_revoke_decide`] decides. `NotFound`.
    ///
    /// [`invitation_revoke_decide`]: crate::business::invitation_revoke_decide
    async fn invitation_revoke(
        &self,
        business: Business,
        id: InvitationId,
        context: Context,
    ) -> StoreResult<Invitation>;
}
