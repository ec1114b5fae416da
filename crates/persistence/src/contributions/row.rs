//! Rows of `contributions` and `markings`.

use diesel::prelude::{Insertable, Queryable, Selectable};
use jiff::Timestamp;
use jiff::civil::Date;
use ofektom_domain::contribution::{Contribution, ContributionKind, ContributionMethod, Marking};
use ofektom_domain::ids::{BusinessId, ContributionId, EntryId, SavingsAccountId, UnitId, UserId};
use ofektom_domain::money::Money;

use crate::engine::Col;
use crate::schema::{contributions, markings};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = contributions, treat_none_as_default_value = false)]
pub(crate) struct ContributionRow {
    business_id: Col<BusinessId>,
    id: Col<ContributionId>,
    savings_account_id: Col<SavingsAccountId>,
    customer_id: Col<UserId>,
    unit_id: Col<UnitId>,
    kind: Col<ContributionKind>,
    amount_kobo: Col<Money>,
    method: Col<ContributionMethod>,
    collected_on: Col<Date>,
    collected_by: Col<UserId>,
    note: Option<String>,
    boxes: Col<u32>,
    credit_after_kobo: Col<Money>,
    balance_after_kobo: Col<Money>,
    commission_kobo: Col<Money>,
    entry_id: Col<EntryId>,
    reverses: Option<Col<ContributionId>>,
    reversed_by: Option<Col<ContributionId>>,
    created_at: Col<Timestamp>,
    created_by: Col<UserId>,
}

impl From<ContributionRow> for Contribution {
    fn from(row: ContributionRow) -> Self {
        Self {
            id: row.id.0,
            business_id: row.business_id.0,
            savings_account_id: row.savings_account_id.0,
            customer_id: row.customer_id.0,
            unit_id: row.unit_id.0,
            kind: row.kind.0,
            amount: row.amount_kobo.0,
            method: row.method.0,
            collected_on: row.collected_on.0,
            collected_by: row.collected_by.0,
            note: row.note,
            boxes: row.boxes.0,
            credit_after: row.credit_after_kobo.0,
            balance_after: row.balance_after_kobo.0,
            commission: row.commission_kobo.0,
            entry_id: row.entry_id.0,
            reverses: row.reverses.map(|id| id.0),
            reversed_by: row.reversed_by.map(|id| id.0),
            created_at: row.created_at.0,
            created_by: row.created_by.0,
        }
    }
}

impl From<Contribution> for ContributionRow {
    fn from(contribution: Contribution) -> Self {
        Self {
            business_id: Col(contribution.business_id),
            id: Col(contribution.id),
            savings_account_id: Col(contribution.savings_account_id),
            customer_id: Col(contribution.customer_id),
            unit_id: Col(contribution.unit_id),
            kind: Col(contribution.kind),
            amount_kobo: Col(contribution.amount),
            method: Col(contribution.method),
            collected_on: Col(contribution.collected_on),
            collected_by: Col(contribution.collected_by),
            note: contribution.note,
            boxes: Col(contribution.boxes),
            credit_after_kobo: Col(contribution.credit_after),
            balance_after_kobo: Col(contribution.balance_after),
            commission_kobo: Col(contribution.commission),
            entry_id: Col(contribution.entry_id),
            reverses: contribution.reverses.map(Col),
            reversed_by: contribution.reversed_by.map(Col),
            created_at: Col(contribution.created_at),
            created_by: Col(contribution.created_by),
        }
    }
}

/// A marking without the reversal that reopened its box, which is null when it is inserted.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = markings, treat_none_as_default_value = false)]
pub(crate) struct MarkingRow {
    business_id: Col<BusinessId>,
    contribution_id: Col<ContributionId>,
    box_date: Col<Date>,
    savings_account_id: Col<SavingsAccountId>,
    amount_kobo: Col<Money>,
    created_at: Col<Timestamp>,
}

impl From<MarkingRow> for Marking {
    fn from(row: MarkingRow) -> Self {
        Self {
            business_id: row.business_id.0,
            savings_account_id: row.savings_account_id.0,
            box_date: row.box_date.0,
            amount: row.amount_kobo.0,
            contribution_id: row.contribution_id.0,
            created_at: row.created_at.0,
        }
    }
}

impl From<Marking> for MarkingRow {
    fn from(marking: Marking) -> Self {
        Self {
            business_id: Col(marking.business_id),
            contribution_id: Col(marking.contribution_id),
            box_date: Col(marking.box_date),
            savings_account_id: Col(marking.savings_account_id),
            amount_kobo: Col(marking.amount),
            created_at: Col(marking.created_at),
        }
    }
}
