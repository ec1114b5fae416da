//! Closed lists: a string that is one of a few.

use ofektom_app::SignUpRole;
use ofektom_domain::audit::AuditEntity;
use ofektom_domain::business::{BusinessStatus, InvitationStatus, MembershipStatus};
use ofektom_domain::contribution::{ContributionMethod, ContributionStatus};
use ofektom_domain::ledger::{AccountKind, EntryEvent};
use ofektom_domain::notification::NotificationKind;
use ofektom_domain::payout::{DisburseMethod, PayoutStatus};
use ofektom_domain::people::UserStatus;
use ofektom_domain::permission::Role;
use ofektom_domain::plan::PlanKind;
use ofektom_domain::ports::CommissionGroup;
use ofektom_domain::round::RoundStatus;
use ofektom_domain::savings::{Progress, SavingsStatus};
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::{FromWire, Input, Unfit};

/// As what a person signs up.
pub type SignUpRoleIn = Input<SignUpRole>;
/// A role in a business.
pub type MemberRoleIn = Input<Role>;
/// A status of a membership.
pub type MembershipStatusIn = Input<MembershipStatus>;
/// A status of a business.
pub type BusinessStatusIn = Input<BusinessStatus>;
/// A status of a person.
pub type UserStatusIn = Input<UserStatus>;
/// A status of an invitation.
pub type InvitationStatusIn = Input<InvitationStatus>;
/// A kind of plan.
pub type PlanKindIn = Input<PlanKind>;
/// A status of a card.
pub type SavingsStatusIn = Input<SavingsStatus>;
/// How far a saving has come.
pub type ProgressIn = Input<Progress>;
/// An event of the ledger.
pub type EntryEventIn = Input<EntryEvent>;
/// A kind of account of the ledger.
pub type AccountKindIn = Input<AccountKind>;
/// A way in which money comes in.
pub type ContributionMethodIn = Input<ContributionMethod>;
/// Whether the money of a contribution stands.
pub type ContributionStatusIn = Input<ContributionStatus>;
/// A status of a payment request.
pub type PayoutStatusIn = Input<PayoutStatus>;
/// A status of a round.
pub type RoundStatusIn = Input<RoundStatus>;
/// A way of paying out.
pub type DisburseMethodIn = Input<DisburseMethod>;
/// By what a summary of commission is grouped.
pub type CommissionGroupIn = Input<CommissionGroup>;
/// What a notification tells.
pub type NotificationKindIn = Input<NotificationKind>;
/// A kind of thing that the audit trail is about.
pub type AuditEntityIn = Input<AuditEntity>;

/// A closed list: its values and their names on the wire.
struct Choice<T: 'static> {
    all: &'static [T],
    name_of: fn(T) -> &'static str,
}

impl<T: Copy> Choice<T> {
    fn names(&self) -> Vec<&'static str> {
        self.all.iter().map(|value| (self.name_of)(*value)).collect()
    }

    fn read(&self, text: &str) -> Result<T, Unfit> {
        let found = self.all.iter().copied().find(|value| (self.name_of)(*value) == text);
        let message = || format!("must be one of {}", self.names().join(", "));
        found.ok_or_else(|| Unfit { code: "unknown_value", message: message().into() })
    }

    fn schema(&self) -> Schema {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(self.names())).into()
    }
}

const SIGN_UP_ROLES: Choice<SignUpRole> = Choice {
    all: &[SignUpRole::Customer, SignUpRole::Agent],
    name_of: |role| match role {
        SignUpRole::Customer => "customer",
        SignUpRole::Agent => "agent",
    },
};
const COMMISSION_GROUPS: Choice<CommissionGroup> = Choice {
    all: &[
        CommissionGroup::Collector,
        CommissionGroup::Unit,
        CommissionGroup::Period,
        CommissionGroup::Month,
        CommissionGroup::Business,
    ],
    name_of: |group| match group {
        CommissionGroup::Collector => "collector",
        CommissionGroup::Unit => "unit",
        CommissionGroup::Period => "period",
        CommissionGroup::Month => "month",
        CommissionGroup::Business => "business",
    },
};
const ROLES: Choice<Role> =
    Choice { all: &[Role::Agent, Role::Admin, Role::SubAgent, Role::Customer], name_of: Role::as_str };
const MEMBERSHIP_STATUSES: Choice<MembershipStatus> =
    Choice { all: &MembershipStatus::ALL, name_of: MembershipStatus::as_str };
const BUSINESS_STATUSES: Choice<BusinessStatus> = Choice { all: &BusinessStatus::ALL, name_of: BusinessStatus::as_str };
const USER_STATUSES: Choice<UserStatus> = Choice { all: &UserStatus::ALL, name_of: UserStatus::as_str };
const INVITATION_STATUSES: Choice<InvitationStatus> =
    Choice { all: &InvitationStatus::ALL, name_of: InvitationStatus::as_str };
const PLAN_KINDS: Choice<PlanKind> = Choice { all: &PlanKind::ALL, name_of: PlanKind::as_str };
const SAVINGS_STATUSES: Choice<SavingsStatus> = Choice { all: &SavingsStatus::ALL, name_of: SavingsStatus::as_str };
const PROGRESSES: Choice<Progress> = Choice { all: &Progress::ALL, name_of: Progress::as_str };
const ENTRY_EVENTS: Choice<EntryEvent> = Choice { all: &EntryEvent::ALL, name_of: EntryEvent::as_str };
const ACCOUNT_KINDS: Choice<AccountKind> = Choice { all: &AccountKind::ALL, name_of: AccountKind::as_str };
const CONTRIBUTION_METHODS: Choice<ContributionMethod> =
    Choice { all: &ContributionMethod::ALL, name_of: ContributionMethod::as_str };
const CONTRIBUTION_STATUSES: Choice<ContributionStatus> =
    Choice { all: &ContributionStatus::ALL, name_of: ContributionStatus::as_str };
const ROUND_STATUSES: Choice<RoundStatus> = Choice { all: &RoundStatus::ALL, name_of: RoundStatus::as_str };
const PAYOUT_STATUSES: Choice<PayoutStatus> = Choice { all: &PayoutStatus::ALL, name_of: PayoutStatus::as_str };
const DISBURSE_METHODS: Choice<DisburseMethod> = Choice { all: &DisburseMethod::ALL, name_of: DisburseMethod::as_str };
const NOTIFICATION_KINDS: Choice<NotificationKind> =
    Choice { all: &NotificationKind::ALL, name_of: NotificationKind::as_str };
const AUDIT_ENTITIES: Choice<AuditEntity> = Choice { all: &AuditEntity::ALL, name_of: AuditEntity::as_str };

impl FromWire for SignUpRole {
    const NAME: &'static str = "SignUpRole";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        SIGN_UP_ROLES.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        SIGN_UP_ROLES.read(text)
    }
}

impl FromWire for CommissionGroup {
    const NAME: &'static str = "CommissionGroup";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        COMMISSION_GROUPS.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        COMMISSION_GROUPS.read(text)
    }
}

impl FromWire for Role {
    const NAME: &'static str = "MemberRole";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        ROLES.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        ROLES.read(text)
    }
}

impl FromWire for MembershipStatus {
    const NAME: &'static str = "MembershipStatus";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        MEMBERSHIP_STATUSES.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        MEMBERSHIP_STATUSES.read(text)
    }
}

impl FromWire for BusinessStatus {
    const NAME: &'static str = "BusinessStatus";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        BUSINESS_STATUSES.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        BUSINESS_STATUSES.read(text)
    }
}

impl FromWire for UserStatus {
    const NAME: &'static str = "UserStatus";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        USER_STATUSES.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        USER_STATUSES.read(text)
    }
}

impl FromWire for InvitationStatus {
    const NAME: &'static str = "InvitationStatus";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        INVITATION_STATUSES.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        INVITATION_STATUSES.read(text)
    }
}

impl FromWire for PlanKind {
    const NAME: &'static str = "PlanKind";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        PLAN_KINDS.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        PLAN_KINDS.read(text)
    }
}

impl FromWire for SavingsStatus {
    const NAME: &'static str = "SavingsStatus";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        SAVINGS_STATUSES.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        SAVINGS_STATUSES.read(text)
    }
}

impl FromWire for Progress {
    const NAME: &'static str = "SavingsProgress";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        PROGRESSES.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        PROGRESSES.read(text)
    }
}

impl FromWire for EntryEvent {
    const NAME: &'static str = "EntryEvent";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        ENTRY_EVENTS.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        ENTRY_EVENTS.read(text)
    }
}

impl FromWire for AccountKind {
    const NAME: &'static str = "AccountKind";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        ACCOUNT_KINDS.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        ACCOUNT_KINDS.read(text)
    }
}

impl FromWire for ContributionMethod {
    const NAME: &'static str = "ContributionMethod";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        CONTRIBUTION_METHODS.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        CONTRIBUTION_METHODS.read(text)
    }
}

impl FromWire for ContributionStatus {
    const NAME: &'static str = "ContributionStatus";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        CONTRIBUTION_STATUSES.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        CONTRIBUTION_STATUSES.read(text)
    }
}

impl FromWire for PayoutStatus {
    const NAME: &'static str = "PaymentRequestStatus";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        PAYOUT_STATUSES.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        PAYOUT_STATUSES.read(text)
    }
}

impl FromWire for RoundStatus {
    const NAME: &'static str = "RoundStatus";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        ROUND_STATUSES.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        ROUND_STATUSES.read(text)
    }
}

impl FromWire for DisburseMethod {
    const NAME: &'static str = "DisburseMethod";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        DISBURSE_METHODS.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        DISBURSE_METHODS.read(text)
    }
}

impl FromWire for NotificationKind {
    const NAME: &'static str = "NotificationKind";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        NOTIFICATION_KINDS.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        NOTIFICATION_KINDS.read(text)
    }
}

impl FromWire for AuditEntity {
    const NAME: &'static str = "AuditEntity";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        AUDIT_ENTITIES.schema()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        AUDIT_ENTITIES.read(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_closed() {
        assert_eq!(PlanKind::from_text("daily"), Ok(PlanKind::Daily));
        let unfit = PlanKind::from_text("weekly").unwrap_err();
        assert_eq!((unfit.code, unfit.message.as_ref()), ("unknown_value", "must be one of daily, target"));
        assert!(Role::from_text("super_admin").is_err());
    }
}
