//! Commission, summed.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use diesel::dsl::sql;
use diesel::prelude::QueryDsl as _;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::{BusinessId, UnitId, UserId};
use ofektom_domain::money::Money;
use ofektom_domain::ports::{CommissionFilter, CommissionGroup, CommissionSummaryLine, ReadScope, StoreResult};
use ofektom_domain::refusal::Refusal;

use super::commissions::wanted;
use crate::engine::{Col, Conn, Db, DbResult, Uid, Whole};
use crate::savings::Reach;
use crate::schema::commissions;

/// Sums of the finest grain that a summary may ask for. A business has few of them: collectors × units × months.
type Grain = (Col<BusinessId>, Col<UnitId>, Col<UserId>, String, Col<Money>, Col<Money>, Col<i64>);

pub(super) async fn commissions_summary(
    db: &Db,
    scope: &ReadScope,
    filter: CommissionFilter,
    group: CommissionGroup,
) -> StoreResult<Vec<CommissionSummaryLine>> {
    let reach = Reach::of(scope, filter.business_id);
    let grains = db.read(async move |conn| grains_on(conn, reach, filter).await).await?;
    Ok(summed(grains, group)?)
}

fn summed(grains: Vec<Grain>, group: CommissionGroup) -> Result<Vec<CommissionSummaryLine>, Refusal> {
    let mut lines: BTreeMap<String, CommissionSummaryLine> = BTreeMap::new();
    for (business, unit, collector, month, earned, reversed, movements) in grains {
        let key = match group {
            CommissionGroup::Business => business.0.to_string(),
            CommissionGroup::Unit => unit.0.to_string(),
            CommissionGroup::Collector => collector.0.to_string(),
            CommissionGroup::Month => month,
        };
        let zero = Money::ZERO;
        let line = lines.entry(key).or_insert_with_key(|key| CommissionSummaryLine {
            key: key.clone(),
            earned: zero,
            reversed: zero,
            net: zero,
            movements: 0,
        });
        line.earned = line.earned.plus(earned.0)?;
        line.reversed = line.reversed.plus(reversed.0)?;
        line.net = line.earned.minus(line.reversed)?;
        line.movements += movements.0;
    }
    let mut lines: Vec<_> = lines.into_values().collect();
    // Stable, so equal ones stay in the order of their keys.
    lines.sort_by_key(|line| Reverse(line.net));
    Ok(lines)
}

async fn grains_on(conn: &mut Conn, reach: Reach, filter: CommissionFilter) -> DbResult<Vec<Grain>> {
    let month = match conn {
        Conn::Pg(_) => "to_char(occurred_on, 'YYYY-MM')",
        Conn::Lite(_) => "substr(occurred_on, 1, 7)",
    };
    let columns = (
        sql::<Uid>("business_id"),
        sql::<Uid>("unit_id"),
        sql::<Uid>("collector_id"),
        sql::<Text>(month),
        sql::<Whole>("CAST(SUM(CASE WHEN amount_kobo > 0 THEN amount_kobo ELSE 0 END) AS bigint)"),
        sql::<Whole>("CAST(SUM(CASE WHEN amount_kobo < 0 THEN -amount_kobo ELSE 0 END) AS bigint)"),
        sql::<Whole>("COUNT(*)"),
    );
    let grains = on!(conn, |c| commissions::table
        .group_by(sql::<Text>("1, 2, 3, 4"))
        .select(columns)
        .filter(wanted(&reach, &filter))
        .load::<Grain>(c)
        .await)?;
    Ok(grains)
}
