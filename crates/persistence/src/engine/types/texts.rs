//! Domain types that are stored as texts: closed lists of names, and texts that are parsed again when read.

use std::borrow::Cow;
use std::net::IpAddr;

use ofektom_domain::audit::AuditEntity;
use ofektom_domain::business::{BusinessStatus, JoinCode, MembershipStatus};
use ofektom_domain::contribution::{ContributionKind, ContributionMethod};
use ofektom_domain::ledger::{AccountKind, EntryEvent};
use ofektom_domain::money::Currency;
use ofektom_domain::payout::{DisburseMethod, PayoutStatus};
use ofektom_domain::people::{CredentialKind, Email, PersonName, PlatformRole, UserStatus};
use ofektom_domain::permission::Role;
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::plan::{BoxRuns, PlanKind};
use ofektom_domain::savings::{CompletionReason, SavingsStatus};
use ofektom_domain::tracking_number::TrackingNumber;

use super::kinds::Word;
use super::{BoxError, Column};

/// Stores types as the text that an expression makes of them and another reads back.
macro_rules! words {
    ($($rust:ty: $write:expr, $read:expr;)+) => {$(
        impl Column<Word> for $rust {
            fn to_column(&self) -> Cow<'static, str> {
                let write: fn(&Self) -> Cow<'static, str> = $write;
                write(self)
            }

            fn from_column(raw: Cow<'static, str>) -> Result<Self, BoxError> {
                let read: fn(&str) -> Result<Self, BoxError> = $read;
                read(&raw)
            }
        }
    )+};
}

words! {
    CredentialKind: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);
    PlatformRole: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);
    UserStatus: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);
    Role: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);
    MembershipStatus: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);
    BusinessStatus: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);
    PlanKind: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);
    SavingsStatus: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);
    CompletionReason: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);
    ContributionKind: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);
    ContributionMethod: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);
    EntryEvent: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);
    AccountKind: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);
    PayoutStatus: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);
    DisburseMethod: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);
    AuditEntity: |it| it.as_str().into(), |text| named(&Self::ALL, Self::as_str, text);

    PhoneNumber: |it| it.as_str().to_owned().into(), |text| Ok(text.parse()?);
    PersonName: |it| it.as_str().to_owned().into(), |text| Ok(text.parse()?);
    Email: |it| it.as_str().to_owned().into(), |text| Ok(text.parse()?);
    JoinCode: |it| it.to_string().into(), |text| Ok(text.parse()?);
    Currency: |it| it.to_string().into(), |text| Ok(text.parse()?);
    TrackingNumber: |it| it.to_string().into(), |text| Ok(text.parse()?);
    BoxRuns: |it| it.to_string().into(), |text| Ok(text.parse()?);
    IpAddr: |it| it.to_string().into(), |text| Ok(text.parse()?);
}

/// The one of `all` whose name is `text`.
fn named<T: Copy>(all: &[T], name: fn(T) -> &'static str, text: &str) -> Result<T, BoxError> {
    all.iter().copied().find(|it| name(*it) == text).ok_or_else(|| format!("{text:?} is not a known name").into())
}
