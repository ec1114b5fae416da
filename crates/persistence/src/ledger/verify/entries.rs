//! One step over the journal of a business.

use std::collections::BTreeMap;

use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::money::Money;
use uuid::Uuid;

use super::{Difference, Step};
use crate::engine::{Col, Conn, DbResult, Uid, Whole};

const BALANCED: &str = "an entry sums to zero";
const TWO_SIDED: &str = "an entry has two postings or more";
const HAS_ENTRY: &str = "the entry of a posting exists";
const OF_ITS_CARD: &str = "an entry books on the card it names";

#[derive(QueryableByName)]
struct EntryId {
    #[diesel(sql_type = Uid)]
    id: Col<Uuid>,
}

/// The next entries.
const ENTRIES_SQL: &str = "SELECT id FROM journal_entries WHERE business_id = $1 AND id > $2 ORDER BY id LIMIT 2000";

#[derive(QueryableByName)]
struct PostingsOfEntry {
    #[diesel(sql_type = Uid)]
    entry: Col<Uuid>,
    #[diesel(sql_type = Whole)]
    lines: Col<i64>,
    #[diesel(sql_type = Whole)]
    amount: Col<Money>,
    #[diesel(sql_type = Whole)]
    strangers: Col<i64>,
}

/// The postings of the entries above `$2` up to `$3`, with how many are on another card than their entry names, or on
/// one that does not exist.
const POSTINGS_SQL: &str = "
    SELECT p.entry_id AS entry, COUNT(*) AS lines, CAST(SUM(p.amount_kobo) AS bigint) AS amount,
           COUNT(CASE WHEN p.account_kind = 'savings'
                       AND (e.savings_account_id IS NULL OR e.savings_account_id <> p.account_id OR card.id IS NULL)
                      THEN 1 END) AS strangers
    FROM postings p
    LEFT JOIN journal_entries e ON e.business_id = p.business_id AND e.id = p.entry_id
    LEFT JOIN savings_accounts card ON card.business_id = p.business_id AND card.id = p.account_id
    WHERE p.business_id = $1 AND p.entry_id > $2 AND p.entry_id <= $3
    GROUP BY p.entry_id";

/// Verifies the next entries. A step that looked at none was the last; it has looked for postings without an entry
/// after the last one.
pub(super) async fn step_on(conn: &mut Conn, business: BusinessId, after: Uuid) -> DbResult<Step> {
    conn.snapshot().await?;
    let entries = on!(conn, |c| sql_query(ENTRIES_SQL)
        .bind::<Uid, _>(Col(business))
        .bind::<Uid, _>(Col(after))
        .load::<EntryId>(c)
        .await)?;
    let last = entries.last().map_or(Uuid::max(), |entry| entry.id.0);
    let rows = on!(conn, |c| sql_query(POSTINGS_SQL)
        .bind::<Uid, _>(Col(business))
        .bind::<Uid, _>(Col(after))
        .bind::<Uid, _>(Col(last))
        .load::<PostingsOfEntry>(c)
        .await)?;
    let mut postings: BTreeMap<Uuid, PostingsOfEntry> = rows.into_iter().map(|row| (row.entry.0, row)).collect();
    let mut differences = Vec::new();
    for entry in &entries {
        entry_verify(entry.id.0, postings.remove(&entry.id.0), &mut differences);
    }
    for (id, row) in postings {
        let (stored, computed) = (format!("{} postings", row.lines.0), "no entry".to_owned());
        differences.push(Difference { check: HAS_ENTRY, id, stored, computed });
    }
    Ok(Step { looked_at: u64::try_from(entries.len()).unwrap_or(0), last, differences })
}

fn entry_verify(id: Uuid, postings: Option<PostingsOfEntry>, differences: &mut Vec<Difference>) {
    let (lines, amount, strangers) =
        postings.map_or((0, Money::ZERO, 0), |row| (row.lines.0, row.amount.0, row.strangers.0));
    let mut differs = |check, stored: String, computed: &str| {
        differences.push(Difference { check, id, stored, computed: computed.to_owned() });
    };
    if !amount.is_zero() {
        differs(BALANCED, amount.to_string(), "0.00");
    }
    if lines < 2 {
        differs(TWO_SIDED, lines.to_string(), "2 or more");
    }
    if strangers > 0 {
        differs(OF_ITS_CARD, strangers.to_string(), "0");
    }
}
