//! Every list with every filter: its first page, its total and a page far down, on the large business.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use ofektom_domain::business::{InvitationStatus, MembershipStatus};
use ofektom_domain::contribution::{ContributionMethod, ContributionStatus};
use ofektom_domain::ids::{BusinessId, SavingsAccountId, UnitId, UserId};
use ofektom_domain::ledger::{AccountKind, EntryEvent};
use ofektom_domain::page::PageRequest;
use ofektom_domain::payout::PayoutStatus;
use ofektom_domain::people::UserStatus;
use ofektom_domain::permission::Role;
use ofektom_domain::plan::PlanKind;
use ofektom_domain::ports::{
    AuditFilter, AuditSpan, AuditStore as _, BusinessFilter, BusinessStore as _, CommissionFilter, ContributionFilter,
    ContributionStore as _, EntryFilter, ImportStore as _, InvitationFilter, InvitationStore as _, LedgerStore as _,
    MemberFilter, NotificationFilter, NotificationStore as _, PayoutFilter, PayoutStore as _, PlatformStore as _,
    ReadScope, RoundFilter, RoundStore as _, SavingsFilter, SavingsStore as _, UserFilter,
};
use ofektom_domain::round::RoundStatus;
use ofektom_domain::savings::{Progress, SavingsStatus};
use ofektom_domain::search::SearchText;
use ofektom_persistence::{
    AuditTrail, Businesses, Contributions, Db, Imports, Invitations, Ledger, Notifications, Payouts, Platform, Rounds,
    Savings, WriterConfig,
};
use uuid::Uuid;

use super::dialect::{Dialect, Kind};
use super::seed::{COLLECTOR, COLLECTORS, CONTRIBUTIONS, CUSTOMER, UNIT, UNITS};

pub fn id<T: From<Uuid>>(kind: Kind, n: u32) -> T {
    T::from(Dialect::uuid(kind, n.into()))
}

pub fn large() -> BusinessId {
    id(Kind::BUSINESS, 0)
}

/// What somebody reads who works for the large business.
pub fn scope() -> ReadScope {
    ReadScope { businesses: vec![large()], own_in: Vec::new(), own: id(Kind::USER, 0), all: false }
}

/// The scopes of somebody with one business, with several, of a customer, and of whoever runs the platform.
fn scopes() -> [ReadScope; 4] {
    let own = id(Kind::USER, CUSTOMER);
    [
        scope(),
        ReadScope {
            businesses: vec![large(), id(Kind::BUSINESS, 1)],
            own_in: vec![id(Kind::BUSINESS, 2)],
            own,
            all: false,
        },
        ReadScope { businesses: Vec::new(), own_in: vec![large()], own, all: false },
        ReadScope { businesses: Vec::new(), own_in: Vec::new(), own, all: true },
    ]
}

/// The first page with the total, and the page after something in the middle.
fn pages(kind: Kind, middle: u32) -> [PageRequest; 2] {
    let first = PageRequest { total: true, ..PageRequest::default() };
    [first, PageRequest { after: Some(id(kind, middle)), ..PageRequest::default() }]
}

pub fn found(text: &str) -> Option<SearchText> {
    Some(text.parse().unwrap())
}

const DAY: Date = date(2025, 1, 9);

pub fn now() -> Timestamp {
    "2025-03-15T09:00:00Z".parse().unwrap()
}

/// A card, its customer, a collector and a unit of the large business; the last two had little to do.
fn some() -> (SavingsAccountId, UserId, UserId, UnitId) {
    (
        id(Kind::CARD, 5),
        id(Kind::USER, CUSTOMER + 5),
        id(Kind::USER, COLLECTOR + COLLECTORS),
        id(Kind::UNIT, UNIT + UNITS),
    )
}

pub async fn all(db: &Db) {
    contributions(db).await;
    cards(db).await;
    payouts_and_rounds(db).await;
    books(db).await;
    trail(db).await;
    people(db).await;
    platform(db).await;
}

async fn contributions(db: &Db) {
    let (card, customer, collector, unit) = some();
    let store = Contributions::new(db.clone(), WriterConfig::default());
    let none = ContributionFilter::default;
    let filters = [
        none(),
        ContributionFilter { savings_account_id: Some(card), ..none() },
        ContributionFilter { customer_id: Some(customer), ..none() },
        ContributionFilter { collected_by: Some(collector), ..none() },
        ContributionFilter { unit_id: Some(unit), ..none() },
        ContributionFilter { from: Some(date(2025, 2, 8)), ..none() },
        ContributionFilter { from: Some(DAY), to: Some(DAY), ..none() },
        ContributionFilter { method: Some(ContributionMethod::Card), ..none() },
        ContributionFilter { method: Some(ContributionMethod::Cash), ..none() },
        ContributionFilter { status: Some(ContributionStatus::Posted), ..none() },
        ContributionFilter { status: Some(ContributionStatus::Reversed), ..none() },
        ContributionFilter { status: Some(ContributionStatus::Reversal), ..none() },
        ContributionFilter { search: found("Ada"), ..none() },
        ContributionFilter { search: found("1000000057"), ..none() },
    ];
    for filter in &filters {
        for page in pages(Kind::CONTRIBUTION, CONTRIBUTIONS / 2) {
            store.contributions_list(&scope(), filter, page).await.unwrap();
        }
    }
    for scope in scopes() {
        store.contributions_list(&scope, &none(), PageRequest::default()).await.unwrap();
        store.contribution_by_id(&scope, id(Kind::CONTRIBUTION, 5)).await.unwrap();
    }
    store.contribution_markings(large(), id(Kind::CONTRIBUTION, 5)).await.unwrap();
    store.contribution_markings(large(), id(Kind::CONTRIBUTION, CONTRIBUTIONS)).await.unwrap();
    store.close().await;
}

async fn cards(db: &Db) {
    let (card, customer, _, unit) = some();
    let store = Savings::new(db.clone());
    let none = SavingsFilter::default;
    let filters = [
        none(),
        SavingsFilter { customer_id: Some(customer), ..none() },
        SavingsFilter { unit_id: Some(unit), ..none() },
        SavingsFilter { kind: Some(PlanKind::Daily), ..none() },
        SavingsFilter { status: Some(SavingsStatus::Cancelled), ..none() },
        SavingsFilter { progress: Some(Progress::NotStarted), ..none() },
        SavingsFilter { progress: Some(Progress::InProgress), ..none() },
        SavingsFilter { due_before: Some(DAY), ..none() },
        SavingsFilter { starts_from: Some(DAY), starts_to: Some(DAY), ..none() },
        SavingsFilter { ends_from: Some(date(2025, 2, 1)), ends_to: Some(date(2025, 2, 1)), ..none() },
        SavingsFilter { search: found("Ada 01005"), ..none() },
        SavingsFilter { search: found("10000"), ..none() },
    ];
    for filter in &filters {
        for page in pages(Kind::CARD, 1_000) {
            store.savings_list(&scope(), filter, page).await.unwrap();
        }
    }
    for scope in scopes() {
        store.savings_list(&scope, &none(), PageRequest::default()).await.unwrap();
        let read = store.savings_by_id(&scope, card).await.unwrap();
        if let Some(read) = read {
            store.savings_by_tracking(&scope, read.tracking_number).await.unwrap();
        }
    }
    store.savings_by_keys((1..=50).map(|number| (large(), id(Kind::CARD, number))).collect()).await.unwrap();
    store.markings_of(large(), card).await.unwrap();
}

async fn payouts_and_rounds(db: &Db) {
    let (card, customer, _, unit) = some();
    let store = Payouts::new(db.clone());
    let none = PayoutFilter::default;
    let filters = [
        none(),
        PayoutFilter { savings_account_id: Some(card), ..none() },
        PayoutFilter { customer_id: Some(customer), ..none() },
        PayoutFilter { unit_id: Some(unit), ..none() },
        PayoutFilter { status: Some(PayoutStatus::Pending), ..none() },
        PayoutFilter { from: Some(DAY), to: Some(DAY), ..none() },
        PayoutFilter { search: found("Ada 01005"), ..none() },
    ];
    for filter in &filters {
        for page in pages(Kind::REQUEST, 5_000) {
            store.payouts_list(&scope(), filter, page).await.unwrap();
        }
    }
    let rounds = Rounds::new(db.clone());
    let none = RoundFilter::default;
    let collector = id(Kind::USER, COLLECTOR + 1);
    let filters = [
        none(),
        RoundFilter { collector: Some(collector), ..none() },
        RoundFilter { status: Some(RoundStatus::Closed), ..none() },
        RoundFilter { from: Some(DAY), to: Some(DAY), ..none() },
        RoundFilter { search: found("Ada 00405"), ..none() },
    ];
    for filter in &filters {
        for page in pages(Kind::ROUND, 3_000) {
            rounds.rounds_list(&scope(), filter, page).await.unwrap();
        }
    }
    for scope in scopes() {
        store.payouts_list(&scope, &PayoutFilter::default(), PageRequest::default()).await.unwrap();
        store.payout_by_id(&scope, id(Kind::REQUEST, 5)).await.unwrap();
        rounds.rounds_list(&scope, &none(), PageRequest::default()).await.unwrap();
        rounds.round_by_id(&scope, id(Kind::ROUND, 5)).await.unwrap();
    }
    rounds.cash_day(large(), None, date(2025, 4, 1)).await.unwrap();
    rounds.cash_day(large(), Some(collector), date(2025, 4, 1)).await.unwrap();
}

async fn books(db: &Db) {
    let (card, _, collector, unit) = some();
    let ledger = Ledger::new(db.clone());
    let none = EntryFilter::default;
    let filters = [
        none(),
        EntryFilter { event: Some(EntryEvent::Remittance), ..none() },
        EntryFilter { event: Some(EntryEvent::CashContribution), ..none() },
        EntryFilter { savings_account_id: Some(card), ..none() },
        EntryFilter { account: Some(AccountKind::Bank), ..none() },
        EntryFilter { account: Some(AccountKind::Savings), ..none() },
        EntryFilter { collector: Some(collector), ..none() },
        EntryFilter { from: Some(DAY), to: Some(DAY), ..none() },
    ];
    for filter in filters {
        for page in pages(Kind::ENTRY, CONTRIBUTIONS / 2) {
            ledger.entries_list(large(), filter, page).await.unwrap();
        }
    }
    let none = CommissionFilter::default;
    let filters = [
        none(),
        CommissionFilter { savings_account_id: Some(card), ..none() },
        CommissionFilter { collector: Some(collector), ..none() },
        CommissionFilter { unit_id: Some(unit), ..none() },
        CommissionFilter { from: Some(DAY), to: Some(DAY), ..none() },
        CommissionFilter { search: found("Ada 01005"), ..none() },
    ];
    for filter in &filters {
        for page in pages(Kind::COMMISSION, 2_000) {
            ledger.commissions_list(&scope(), filter, page).await.unwrap();
        }
    }
    for scope in scopes() {
        ledger.commissions_list(&scope, &none(), PageRequest::default()).await.unwrap();
    }
}

async fn trail(db: &Db) {
    let (card, _, collector, _) = some();
    let trail = AuditTrail::new(db.clone());
    let none = AuditFilter::default;
    let filters = [
        none(),
        AuditFilter { actor: Some(collector), ..none() },
        AuditFilter { verb: Some("savings.cancel".to_owned()), ..none() },
        AuditFilter { verb: Some("contribution.post".to_owned()), ..none() },
        AuditFilter { entity: Some("membership".to_owned()), ..none() },
        AuditFilter { entity: Some("contribution".to_owned()), ..none() },
        AuditFilter { entity_id: Some(card.uuid()), ..none() },
        AuditFilter { search: found("Ada 01005"), ..none() },
    ];
    let span = AuditSpan {
        from: Some("2025-01-09T00:00:00Z".parse().unwrap()),
        before: Some("2025-01-10T00:00:00Z".parse().unwrap()),
    };
    for filter in &filters {
        for page in pages(Kind::AUDIT, CONTRIBUTIONS / 2) {
            trail.audit_list(large(), filter.clone(), AuditSpan::default(), page).await.unwrap();
        }
    }
    trail.audit_list(large(), none(), span, PageRequest::default()).await.unwrap();
}

async fn people(db: &Db) {
    let (_, customer, _, unit) = some();
    let businesses = Businesses::new(db.clone());
    let none = MemberFilter::default;
    let filters = [
        none(),
        MemberFilter { role: Some(Role::SubAgent), ..none() },
        MemberFilter { status: Some(MembershipStatus::Suspended), ..none() },
        MemberFilter { unit_id: Some(unit), ..none() },
        MemberFilter { search: found("Ada 01005"), ..none() },
        MemberFilter { search: found("0803"), ..none() },
    ];
    for filter in &filters {
        for page in pages(Kind::USER, CUSTOMER + 500) {
            businesses.members_list(large(), filter, page).await.unwrap();
        }
    }
    let (invitations, imports) = (Invitations::new(db.clone()), Imports::new(db.clone()));
    for status in
        [None, Some(InvitationStatus::Pending), Some(InvitationStatus::Expired), Some(InvitationStatus::Rejected)]
    {
        for page in pages(Kind::INVITATION, 2_000) {
            invitations.invitations_list(large(), InvitationFilter { status }, now(), page).await.unwrap();
        }
    }
    let notifications = Notifications::new(db.clone());
    for read in [None, Some(true), Some(false)] {
        let filter = NotificationFilter { read, kind: None };
        for page in pages(Kind::NOTIFICATION, 10_000) {
            notifications.notifications_list(customer, &filter, page).await.unwrap();
        }
    }
    notifications.notifications_unread_count(customer).await.unwrap();
    for page in pages(Kind::UNIT, UNIT + 15) {
        businesses.units_list(large(), page).await.unwrap();
    }
    for page in pages(Kind::IMPORT, 1_000) {
        imports.imports_list(large(), page).await.unwrap();
    }
}

async fn platform(db: &Db) {
    let platform = Platform::new(db.clone());
    for status in [None, Some(UserStatus::Suspended)] {
        for page in pages(Kind::USER, 20_000) {
            platform.users_list(&UserFilter { status, search: None }, page).await.unwrap();
        }
    }
    platform.users_list(&UserFilter { status: None, search: found("00005") }, PageRequest::default()).await.unwrap();
    for status in [None, Some(ofektom_domain::business::BusinessStatus::Suspended)] {
        for page in pages(Kind::BUSINESS, 200) {
            platform.businesses_search(&BusinessFilter { status, search: None }, page).await.unwrap();
        }
    }
    let named = BusinessFilter { status: None, search: Some("ajo 7".to_owned()) };
    platform.businesses_search(&named, PageRequest::default()).await.unwrap();
}
