//! The sums of a business's accounts.

use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ledger::{AccountKind, TrialBalanceLine};
use ofektom_domain::money::Money;

use crate::engine::{Col, Conn, DbResult, Uid, Whole, Word};

#[derive(QueryableByName)]
struct Sums {
    #[diesel(sql_type = Word)]
    kind: Col<AccountKind>,
    #[diesel(sql_type = Whole)]
    debit: Col<Money>,
    #[diesel(sql_type = Whole)]
    credit: Col<Money>,
}

/// A line for each kind of account, those without postings included.
pub(super) async fn trial_balance_on(conn: &mut Conn, business: BusinessId) -> DbResult<Vec<TrialBalanceLine>> {
    let sql = "
        SELECT account_kind AS kind,
               CAST(SUM(CASE WHEN amount_kobo > 0 THEN amount_kobo ELSE 0 END) AS bigint) AS debit,
               CAST(SUM(CASE WHEN amount_kobo < 0 THEN -amount_kobo ELSE 0 END) AS bigint) AS credit
        FROM postings WHERE business_id = $1 GROUP BY account_kind";
    let sums = on!(conn, |c| sql_query(sql).bind::<Uid, _>(Col(business)).load::<Sums>(c).await)?;
    let line = |kind| {
        let found = sums.iter().find(|sums| sums.kind.0 == kind);
        let (debit, credit) = found.map_or((Money::ZERO, Money::ZERO), |sums| (sums.debit.0, sums.credit.0));
        TrialBalanceLine { kind, debit, credit }
    };
    Ok(AccountKind::ALL.into_iter().map(line).collect())
}
