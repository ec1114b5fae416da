//! Who may do what, as data: one table of verbs and roles. Everything is bounded by the business of the resource.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The role in which a person acts: the platform's, or his membership's in the business of the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the platform; reads money data, never moves it.
    SuperAdmin,
    /// Owns or runs a business.
    Agent,
    /// Runs a business for its agent.
    Admin,
    /// Collects on a round.
    SubAgent,
    /// Saves.
    Customer,
}

impl Role {
    /// All roles, highest first.
    pub const ALL: [Self; 5] = [Self::SuperAdmin, Self::Agent, Self::Admin, Self::SubAgent, Self::Customer];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SuperAdmin => "super_admin",
            Self::Agent => "agent",
            Self::Admin => "admin",
            Self::SubAgent => "sub_agent",
            Self::Customer => "customer",
        }
    }

    /// Rank for "nobody creates a role at or above his own": higher is more.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::SuperAdmin => 5,
            Self::Agent => 4,
            Self::Admin => 3,
            Self::SubAgent => 2,
            Self::Customer => 1,
        }
    }

    /// Whether the role works for the business. Its people need a passphrase.
    #[must_use]
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::Agent | Self::Admin | Self::SubAgent)
    }
}

/// Whether whoever acts as `actor` may bring people into the role `given`, or change people who have it: those below his own
/// role. Admins are named by the owner alone, and nobody is made an agent.
#[must_use]
pub const fn may_appoint(actor: Role, is_owner: bool, given: Role) -> bool {
    match given {
        Role::SuperAdmin | Role::Agent => false,
        Role::Admin => is_owner,
        Role::SubAgent | Role::Customer => actor.is_staff() && actor.rank() > given.rank(),
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one of agent, admin, sub_agent, customer")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}

/// What may be done to something of a business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Read the business itself: name, units.
    BusinessRead,
    /// Change settings, units, policy.
    BusinessManage,
    /// See who belongs to the business.
    MemberRead,
    /// Invite, suspend, promote members of a lower role: a sub-agent customers only.
    MemberManage,
    /// Leave the business.
    MemberLeave,
    /// Register a customer.
    CustomerRegister,
    /// Import customers and cards from a file.
    ImportManage,
    /// Read how imports went.
    ImportRead,
    /// Open, end or renew a savings account.
    SavingsOpen,
    /// Change, extend or cancel a savings account.
    SavingsChange,
    /// Read a savings account, its schedule, its statement, its contributions.
    SavingsRead,
    /// Read the collection sheet: who is due, with the numbers to call them on.
    SheetRead,
    /// Record cash contributions.
    ContributionPost,
    /// Reverse a contribution.
    ContributionReverse,
    /// File a payment request.
    PayoutFile,
    /// Read payment requests.
    PayoutRead,
    /// Approve, reject, disburse or fail a payment request.
    PayoutDecide,
    /// Cancel a payment request.
    PayoutCancel,
    /// Count the cash in one's own hands, which closes a round.
    RoundClose,
    /// Accept what a collector hands in, or give his round back.
    RoundAccept,
    /// Read rounds, and the cash in collectors' hands.
    RoundRead,
    /// Read commissions.
    CommissionRead,
    /// Read the ledger: trial balance, entries.
    LedgerRead,
    /// Read the audit trail.
    AuditRead,
    /// List the platform's people, suspend them and let them in again.
    PlatformUsers,
    /// List the platform's businesses, suspend, close and reopen them.
    PlatformBusinesses,
}

impl Verb {
    /// All verbs, in the order of the table.
    pub const ALL: [Self; 26] = [
        Self::BusinessRead,
        Self::BusinessManage,
        Self::MemberRead,
        Self::MemberManage,
        Self::MemberLeave,
        Self::CustomerRegister,
        Self::ImportManage,
        Self::ImportRead,
        Self::SavingsOpen,
        Self::SavingsChange,
        Self::SavingsRead,
        Self::SheetRead,
        Self::ContributionPost,
        Self::ContributionReverse,
        Self::PayoutFile,
        Self::PayoutRead,
        Self::PayoutDecide,
        Self::PayoutCancel,
        Self::RoundClose,
        Self::RoundAccept,
        Self::RoundRead,
        Self::CommissionRead,
        Self::LedgerRead,
        Self::AuditRead,
        Self::PlatformUsers,
        Self::PlatformBusinesses,
    ];
}

/// How far a role's permission for a verb reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Never.
    Nothing,
    /// Only what is his own: his cards and requests as a customer, his collections as a collector.
    Own,
    /// Everything of the business.
    Business,
    /// Everything, for reading; each reading is audited.
    PlatformAudited,
    /// The platform itself: its people and businesses, not their money.
    Platform,
}

/// The table of product/domain.md. A role not named for a verb may not do it.
#[must_use]
pub const fn reach(verb: Verb, role: Role) -> Reach {
    use Reach::{Business, Nothing, Own, Platform, PlatformAudited};
    use Role::{Admin, Agent, Customer, SubAgent, SuperAdmin};
    use Verb::{
        AuditRead, BusinessManage, BusinessRead, CommissionRead, ContributionPost, ContributionReverse,
        CustomerRegister, ImportManage, ImportRead, LedgerRead, MemberLeave, MemberManage, MemberRead, PayoutCancel,
        PayoutDecide, PayoutFile, PayoutRead, PlatformBusinesses, PlatformUsers, RoundAccept, RoundClose, RoundRead,
        SavingsChange, SavingsOpen, SavingsRead, SheetRead,
    };
    match (verb, role) {
        (PlatformUsers | PlatformBusinesses, SuperAdmin) => Platform,
        (PlatformUsers | PlatformBusinesses, _) => Nothing,
        (
            BusinessRead | MemberRead | ImportRead | SavingsRead | SheetRead | PayoutRead | RoundRead | CommissionRead
            | LedgerRead | AuditRead,
            SuperAdmin,
        ) => PlatformAudited,
        (_, SuperAdmin) => Nothing,
        (MemberLeave, Agent | Admin | SubAgent | Customer) => Own,
        (PayoutCancel, Agent | Admin | SubAgent) => Nothing,
        (RoundClose, Agent | Admin | SubAgent) | (RoundRead, SubAgent) => Own,
        (_, Agent | Admin) => Business,
        (
            BusinessRead | MemberRead | MemberManage | CustomerRegister | SavingsOpen | SavingsChange | SavingsRead
            | SheetRead | ContributionPost | PayoutFile | PayoutRead,
            SubAgent,
        )
        | (BusinessRead, Customer) => Business,
        (ContributionReverse | CommissionRead, SubAgent)
        | (SavingsOpen | SavingsRead | PayoutFile | PayoutRead | PayoutCancel, Customer) => Own,
        (
            BusinessManage | ImportManage | ImportRead | PayoutDecide | RoundAccept | LedgerRead | AuditRead,
            SubAgent,
        )
        | (_, Customer) => Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_never_records_cash_and_a_super_admin_changes_nothing_of_a_business_but_its_status() {
        assert_eq!(reach(Verb::ContributionPost, Role::Customer), Reach::Nothing);
        for verb in Verb::ALL {
            let reaches = reach(verb, Role::SuperAdmin);
            match verb {
                Verb::PlatformUsers | Verb::PlatformBusinesses => assert_eq!(reaches, Reach::Platform),
                _ => assert!(matches!(reaches, Reach::Nothing | Reach::PlatformAudited), "{verb:?}"),
            }
        }
    }

    #[test]
    fn nobody_appoints_at_or_above_his_own_role() {
        for actor in Role::ALL {
            for given in Role::ALL {
                let allowed = may_appoint(actor, false, given);
                assert!(!allowed || actor.rank() > given.rank(), "{actor} {given}");
                assert_eq!(may_appoint(actor, true, given), allowed || given == Role::Admin, "{actor} {given}");
            }
        }
        assert!(may_appoint(Role::SubAgent, false, Role::Customer));
        assert!(!may_appoint(Role::Admin, false, Role::Admin) && !may_appoint(Role::Customer, false, Role::Customer));
        assert!(!may_appoint(Role::SuperAdmin, false, Role::Customer), "the platform moves nobody's people");
    }

    #[test]
    fn role_names_round_trip() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert_eq!("owner".parse::<Role>(), Err(UnknownRole));
    }
}
