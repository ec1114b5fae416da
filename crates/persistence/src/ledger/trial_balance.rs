//! The sums of a business's accounts.

use diesel::sql_types::Nullable;
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use jiff::civil::Date;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::ledger::{AccountKind, TrialBalanceLine};
use ofektom_domain::money::Money;

use crate::engine::{Col, Conn, Day, DbResult, Uid, Whole, Word};

#[derive(QueryableByName)]
struct Sums {
    #[diesel(sql_type = Word)]
    kind: Col<AccountKind>,
    #[diesel(sql_type = Nullable<Uid>)]
    collector: Option<Col<UserId>>,
    #[diesel(sql_type = Whole)]
    debit: Col<Money>,
    #[diesel(sql_type = Whole)]
    credit: Col<Money>,
}

const SUMS: &str = "
    SELECT account_kind AS kind, CASE WHEN account_kind = 'cash' THEN account_id END AS collector,
           CAST(SUM(CASE WHEN amount_kobo > 0 THEN amount_kobo ELSE 0 END) AS bigint) AS debit,
           CAST(SUM(CASE WHEN amount_kobo < 0 THEN -amount_kobo ELSE 0 END) AS bigint) AS credit
    FROM postings";

/// A line for each kind of account, those without postings included; cash has a line for each collector.
pub(super) async fn trial_balance_on(
    conn: &mut Conn,
    business: BusinessId,
    as_of: Option<Date>,
) -> DbResult<Vec<TrialBalanceLine>> {
    let sums = match as_of {
        None => {
            let sql = format!("{SUMS} WHERE business_id = $1 GROUP BY 1, 2 ORDER BY 1, 2");
            on!(conn, |c| sql_query(sql).bind::<Uid, _>(Col(business)).load::<Sums>(c).await)?
        }
        Some(day) => {
            let sql = format!(
                "{SUMS} JOIN journal_entries e ON e.business_id = postings.business_id AND e.id = postings.entry_id
                 WHERE postings.business_id = $1 AND e.occurred_on <= $2 GROUP BY 1, 2 ORDER BY 1, 2"
            );
            let query = sql_query(sql).bind::<Uid, _>(Col(business)).bind::<Day, _>(Col(day));
            on!(conn, |c| query.load::<Sums>(c).await)?
        }
    };
    let mut lines = Vec::with_capacity(sums.len().max(AccountKind::ALL.len()));
    for kind in AccountKind::ALL {
        let of_kind = sums.iter().filter(|sums| sums.kind.0 == kind);
        let before = lines.len();
        lines.extend(of_kind.map(|sums| TrialBalanceLine {
            kind,
            collector: sums.collector.map(|collector| collector.0),
            debit: sums.debit.0,
            credit: sums.credit.0,
        }));
        if lines.len() == before {
            lines.push(TrialBalanceLine { kind, collector: None, debit: Money::ZERO, credit: Money::ZERO });
        }
    }
    Ok(lines)
}
