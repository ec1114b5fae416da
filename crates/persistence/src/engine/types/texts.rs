//! Domain types that are stored as texts: closed lists of names, and texts that are parsed again when read.

use std::borrow::Cow;
use std::net::IpAddr;

use ofektom_domain::audit::AuditEntity;
use ofektom_domain::business::{BusinessStatus, InvitationStatus, JoinCode, MembershipStatus};
use ofektom_domain::contribution::{ContributionKind, ContributionMethod};
use ofektom_domain::import::ImportStatus;
use ofektom_domain::ledger::{AccountKind, EntryEvent};
use ofektom_domain::money::Currency;
use ofektom_domain::notification::NotificationKind;
use ofektom_domain::payout::{DisburseMethod, PayoutStatus};
use ofektom_domain::people::{CredentialKind, Email, PersonName, PlatformRole, UserStatus};
use ofektom_domain::permission::Role;
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::plan::{BoxRuns, PlanKind};
use ofektom_domain::round::RoundStatus;
use ofektom_domain::savings::{CompletionReason, SavingsStatus};
use ofektom_domain::tracking_number::TrackingNumber;

use super::kinds::Word;
use super::{BoxError, Column};

/// A closed list of names.
trait Named: Copy + 'static {
    /// All of them.
    const NAMED: &'static [Self];

    /// The name that is stored.
    fn name(self) -> &'static str;
}

impl<T: Named> Column<Word> for T {
    fn to_column(&self) -> Cow<'static, str> {
        self.name().into()
    }

    fn from_column(raw: Cow<'static, str>) -> Result<Self, BoxError> {
        let found = Self::NAMED.iter().copied().find(|it| it.name() == raw);
        found.ok_or_else(|| format!("{raw:?} is not a known name").into())
    }
}

impl Named for CredentialKind {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for PlatformRole {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for ImportStatus {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for UserStatus {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for Role {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for MembershipStatus {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for InvitationStatus {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for BusinessStatus {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for PlanKind {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for SavingsStatus {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for CompletionReason {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for ContributionKind {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for ContributionMethod {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for EntryEvent {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for AccountKind {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for PayoutStatus {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for RoundStatus {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for DisburseMethod {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for AuditEntity {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Named for NotificationKind {
    const NAMED: &'static [Self] = &Self::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Column<Word> for PhoneNumber {
    fn to_column(&self) -> Cow<'static, str> {
        self.as_str().to_owned().into()
    }

    fn from_column(raw: Cow<'static, str>) -> Result<Self, BoxError> {
        Ok(raw.parse()?)
    }
}

impl Column<Word> for PersonName {
    fn to_column(&self) -> Cow<'static, str> {
        self.as_str().to_owned().into()
    }

    fn from_column(raw: Cow<'static, str>) -> Result<Self, BoxError> {
        Ok(raw.parse()?)
    }
}

impl Column<Word> for Email {
    fn to_column(&self) -> Cow<'static, str> {
        self.as_str().to_owned().into()
    }

    fn from_column(raw: Cow<'static, str>) -> Result<Self, BoxError> {
        Ok(raw.parse()?)
    }
}

impl Column<Word> for JoinCode {
    fn to_column(&self) -> Cow<'static, str> {
        self.to_string().into()
    }

    fn from_column(raw: Cow<'static, str>) -> Result<Self, BoxError> {
        Ok(raw.parse()?)
    }
}

impl Column<Word> for Currency {
    fn to_column(&self) -> Cow<'static, str> {
        self.to_string().into()
    }

    fn from_column(raw: Cow<'static, str>) -> Result<Self, BoxError> {
        Ok(raw.parse()?)
    }
}

impl Column<Word> for TrackingNumber {
    fn to_column(&self) -> Cow<'static, str> {
        self.to_string().into()
    }

    fn from_column(raw: Cow<'static, str>) -> Result<Self, BoxError> {
        Ok(raw.parse()?)
    }
}

impl Column<Word> for BoxRuns {
    fn to_column(&self) -> Cow<'static, str> {
        self.to_string().into()
    }

    fn from_column(raw: Cow<'static, str>) -> Result<Self, BoxError> {
        Ok(raw.parse()?)
    }
}

impl Column<Word> for IpAddr {
    fn to_column(&self) -> Cow<'static, str> {
        self.to_string().into()
    }

    fn from_column(raw: Cow<'static, str>) -> Result<Self, BoxError> {
        Ok(raw.parse()?)
    }
}

/// A text that is shown as it was written, whether or not the lists of today know it.
impl Column<Word> for String {
    fn to_column(&self) -> Cow<'static, str> {
        self.clone().into()
    }

    fn from_column(raw: Cow<'static, str>) -> Result<Self, BoxError> {
        Ok(raw.into_owned())
    }
}
