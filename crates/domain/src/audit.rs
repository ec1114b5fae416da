//! The audit trail: one row for every change, written in the transaction of the change.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::context::{Context, SystemContext};
use crate::ids::{AuditId, BusinessId, IdFactory, UserId};

/// What kind of thing a row of the trail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditEntity {
    /// A person.
    User,
    /// A sign-in.
    Session,
    /// A business.
    Business,
    /// A unit.
    Unit,
    /// A membership; the entity id is the member's.
    Membership,
    /// An invitation.
    Invitation,
    /// A savings account.
    SavingsAccount,
    /// A contribution or a reversal.
    Contribution,
    /// A payment request.
    PaymentRequest,
    /// A collector's round.
    Round,
    /// A bank account.
    BankAccount,
    /// An import of customers and cards.
    Import,
}

impl AuditEntity {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::User,
        Self::Session,
        Self::Business,
        Self::Unit,
        Self::Membership,
        Self::Invitation,
        Self::SavingsAccount,
        Self::Contribution,
        Self::PaymentRequest,
        Self::Round,
        Self::BankAccount,
        Self::Import,
    ];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Session => "session",
            Self::Business => "business",
            Self::Unit => "unit",
            Self::Membership => "membership",
            Self::Invitation => "invitation",
            Self::SavingsAccount => "savings_account",
            Self::Contribution => "contribution",
            Self::PaymentRequest => "payment_request",
            Self::Round => "round",
            Self::BankAccount => "bank_account",
            Self::Import => "import",
        }
    }
}

/// One change: who did what to which entity, when, from where. Rows are only ever added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// The row.
    pub id: AuditId,
    /// The business it belongs to; `None` for what concerns a person alone.
    pub business_id: Option<BusinessId>,
    /// Who did it; `None` when nobody was signed in, or the system did it by itself.
    pub actor: Option<UserId>,
    /// What was done, such as `contribution.post`.
    pub verb: &'static str,
    /// What it was done to.
    pub entity: AuditEntity,
    /// The entity's id.
    pub entity_id: Uuid,
    /// The state before, as far as it changed. Never a secret, a token or a full account number.
    pub before: Option<Value>,
    /// The state after, as far as it changed.
    pub after: Option<Value>,
    /// The client's address.
    pub address: Option<IpAddr>,
    /// The request's id.
    pub request_id: Option<Arc<str>>,
    /// When.
    pub at: Timestamp,
}

impl AuditRow {
    /// A row for a change made in `context`.
    #[must_use]
    pub fn new(
        ids: &mut IdFactory,
        context: &Context,
        business_id: Option<BusinessId>,
        verb: &'static str,
        (entity, entity_id): (AuditEntity, Uuid),
    ) -> Self {
        Self {
            id: ids.make(),
            business_id,
            actor: Some(context.actor),
            verb,
            entity,
            entity_id,
            before: None,
            after: None,
            address: context.address,
            request_id: context.request_id.clone(),
            at: context.now,
        }
    }

    /// A row for a change that the system made by itself: it has no actor, no address and no request.
    #[must_use]
    pub fn by_system(
        ids: &mut IdFactory,
        context: &SystemContext,
        business_id: BusinessId,
        verb: &'static str,
        (entity, entity_id): (AuditEntity, Uuid),
    ) -> Self {
        Self {
            id: ids.make(),
            business_id: Some(business_id),
            actor: None,
            verb,
            entity,
            entity_id,
            before: None,
            after: None,
            address: None,
            request_id: None,
            at: context.now,
        }
    }

    /// The same row with the state before the change.
    #[must_use]
    pub fn before(mut self, state: Value) -> Self {
        self.before = Some(state);
        self
    }

    /// The same row with the state after the change.
    #[must_use]
    pub fn after(mut self, state: Value) -> Self {
        self.after = Some(state);
        self
    }
}
