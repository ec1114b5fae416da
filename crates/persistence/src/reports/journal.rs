//! The journal line by line, in the order of days.

use diesel::prelude::{OptionalExtension as _, QueryDsl as _};
use diesel::sql_types::{Nullable, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use jiff::civil::Date;
use ofektom_domain::ids::{BusinessId, ContributionId, EntryId, PaymentRequestId, UserId};
use ofektom_domain::ledger::{AccountKind, EntryEvent};
use ofektom_domain::money::Money;
use ofektom_domain::people::PersonName;
use ofektom_domain::ports::{JournalLine, JournalPart, StoreError, StoreResult};
use ofektom_domain::tracking_number::TrackingNumber;
use uuid::Uuid;

use crate::engine::{Col, Conn, Day, Db, DbResult, Instant, Uid, Whole, Word};
use crate::schema::journal_entries;

/// `$2` and `$3` are the place after which the part begins; entries come whole, with both of their postings.
const LINES: &str = "
    SELECT e.id AS entry_id, e.occurred_on, e.event, e.contribution_id, e.payment_request_id, e.created_at,
           p.account_kind AS account, p.amount_kobo AS amount,
           s.tracking_number, u.id AS collector, u.full_name AS collector_name, r.reference
    FROM (
        SELECT * FROM journal_entries
        WHERE business_id = $1 AND (occurred_on, id) > ($2, $3) AND occurred_on <= $4 AND created_at <= $5
        ORDER BY occurred_on, id LIMIT $6
    ) e
    JOIN postings p ON p.business_id = e.business_id AND p.entry_id = e.id
    LEFT JOIN savings_accounts s ON s.business_id = e.business_id AND s.id = e.savings_account_id
    LEFT JOIN contributions c ON c.business_id = e.business_id AND c.id = e.contribution_id
    LEFT JOIN users u ON u.id = CASE WHEN p.account_kind = 'cash' THEN p.account_id ELSE c.collected_by END
    LEFT JOIN payment_requests r
        ON r.business_id = e.business_id AND r.id = e.payment_request_id AND e.event = 'payout_paid'
    ORDER BY e.occurred_on, e.id, p.line";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Uid)]
    entry_id: Col<EntryId>,
    #[diesel(sql_type = Day)]
    occurred_on: Col<Date>,
    #[diesel(sql_type = Word)]
    event: Col<EntryEvent>,
    #[diesel(sql_type = Nullable<Uid>)]
    contribution_id: Option<Col<ContributionId>>,
    #[diesel(sql_type = Nullable<Uid>)]
    payment_request_id: Option<Col<PaymentRequestId>>,
    #[diesel(sql_type = Instant)]
    created_at: Col<Timestamp>,
    #[diesel(sql_type = Word)]
    account: Col<AccountKind>,
    #[diesel(sql_type = Whole)]
    amount: Col<Money>,
    #[diesel(sql_type = Nullable<Word>)]
    tracking_number: Option<Col<TrackingNumber>>,
    #[diesel(sql_type = Nullable<Uid>)]
    collector: Option<Col<UserId>>,
    #[diesel(sql_type = Nullable<Word>)]
    collector_name: Option<Col<PersonName>>,
    #[diesel(sql_type = Nullable<Text>)]
    reference: Option<String>,
}

impl From<Line> for JournalLine {
    fn from(line: Line) -> Self {
        Self {
            entry_id: line.entry_id.0,
            occurred_on: line.occurred_on.0,
            event: line.event.0,
            account: line.account.0,
            amount: line.amount.0,
            tracking_number: line.tracking_number.map(|number| number.0),
            collector: line.collector.map(|person| person.0),
            collector_name: line.collector_name.map(|name| name.0),
            contribution_id: line.contribution_id.map(|contribution| contribution.0),
            payment_request_id: line.payment_request_id.map(|request| request.0),
            reference: line.reference,
            created_at: line.created_at.0,
        }
    }
}

pub(super) async fn journal_lines(db: &Db, part: JournalPart) -> StoreResult<(Vec<JournalLine>, Option<EntryId>)> {
    db.read_list(async move |conn| {
        let first = part.from.unwrap_or(EARLIEST);
        let (day, id) = match part.after {
            Some(entry) => {
                let day = day_of_on(conn, part.business_id, entry).await?.ok_or(StoreError::NotFound)?;
                if day < first { (first, EntryId::from_uuid(Uuid::nil())) } else { (day, entry) }
            }
            None => (first, EntryId::from_uuid(Uuid::nil())),
        };
        let query = sql_query(LINES)
            .bind::<Uid, _>(Col(part.business_id))
            .bind::<Day, _>(Col(day))
            .bind::<Uid, _>(Col(id))
            .bind::<Day, _>(Col(part.to.unwrap_or(LATEST)))
            .bind::<Instant, _>(Col(part.booked_until))
            .bind::<Whole, _>(Col(part.entries_max));
        let lines: Vec<JournalLine> =
            on!(conn, |c| query.load::<Line>(c).await)?.into_iter().map(JournalLine::from).collect();
        let mut entries: Vec<EntryId> = lines.iter().map(|line| line.entry_id).collect();
        entries.dedup();
        let full = u32::try_from(entries.len()).is_ok_and(|count| count >= part.entries_max);
        let next = if full { entries.last().copied() } else { None };
        Ok((lines, next))
    })
    .await
}

/// Both engines keep days of four digits, and nothing is booked for one beyond them.
const EARLIEST: Date = jiff::civil::date(1, 1, 1);
const LATEST: Date = jiff::civil::date(9999, 12, 31);

async fn day_of_on(conn: &mut Conn, business: BusinessId, entry: EntryId) -> DbResult<Option<Date>> {
    let found = on!(conn, |c| journal_entries::table
        .find((Col(business), Col(entry)))
        .select(journal_entries::occurred_on)
        .first::<Col<Date>>(c)
        .await
        .optional())?;
    Ok(found.map(|day| day.0))
}
