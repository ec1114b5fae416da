//! A row of `rounds`.

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use jiff::Timestamp;
use jiff::civil::Date;
use ofektom_domain::ids::{BusinessId, RoundId, UserId};
use ofektom_domain::money::Money;
use ofektom_domain::round::{CashMovement, Round, RoundStatus};

use crate::engine::Col;
use crate::schema::rounds;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = rounds, primary_key(business_id, id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct RoundRow {
    pub(super) business_id: Col<BusinessId>,
    pub(super) id: Col<RoundId>,
    collector_id: Col<UserId>,
    day: Col<Date>,
    covers_from: Option<Col<Date>>,
    status: Col<RoundStatus>,
    brought_forward_kobo: Col<Money>,
    collected_kobo: Col<Money>,
    reversed_kobo: Col<Money>,
    paid_out_kobo: Col<Money>,
    expected_kobo: Col<Money>,
    counted_kobo: Col<Money>,
    handed_in_kobo: Option<Col<Money>>,
    note: Option<String>,
    reason: Option<String>,
    accepted_at: Option<Col<Timestamp>>,
    accepted_by: Option<Col<UserId>>,
    version: Col<i64>,
    created_at: Col<Timestamp>,
    created_by: Col<UserId>,
    updated_at: Col<Timestamp>,
    updated_by: Col<UserId>,
}

impl From<Round> for RoundRow {
    fn from(round: Round) -> Self {
        Self {
            business_id: Col(round.business_id),
            id: Col(round.id),
            collector_id: Col(round.collector_id),
            day: Col(round.date),
            covers_from: round.covers_from.map(Col),
            status: Col(round.status),
            brought_forward_kobo: Col(round.brought_forward),
            collected_kobo: Col(round.movement.collected),
            reversed_kobo: Col(round.movement.reversed),
            paid_out_kobo: Col(round.movement.paid_out),
            expected_kobo: Col(round.expected),
            counted_kobo: Col(round.counted),
            handed_in_kobo: round.handed_in.map(Col),
            note: round.note,
            reason: round.reason,
            accepted_at: round.accepted_at.map(Col),
            accepted_by: round.accepted_by.map(Col),
            version: Col(round.version),
            created_at: Col(round.created_at),
            created_by: Col(round.created_by),
            updated_at: Col(round.updated_at),
            updated_by: Col(round.updated_by),
        }
    }
}

impl From<RoundRow> for Round {
    fn from(row: RoundRow) -> Self {
        Self {
            id: row.id.0,
            business_id: row.business_id.0,
            collector_id: row.collector_id.0,
            date: row.day.0,
            covers_from: row.covers_from.map(|day| day.0),
            status: row.status.0,
            brought_forward: row.brought_forward_kobo.0,
            movement: CashMovement {
                collected: row.collected_kobo.0,
                reversed: row.reversed_kobo.0,
                paid_out: row.paid_out_kobo.0,
            },
            expected: row.expected_kobo.0,
            counted: row.counted_kobo.0,
            handed_in: row.handed_in_kobo.map(|amount| amount.0),
            note: row.note,
            reason: row.reason,
            accepted_at: row.accepted_at.map(|at| at.0),
            accepted_by: row.accepted_by.map(|user| user.0),
            version: row.version.0,
            created_at: row.created_at.0,
            created_by: row.created_by.0,
            updated_at: row.updated_at.0,
            updated_by: row.updated_by.0,
        }
    }
}
