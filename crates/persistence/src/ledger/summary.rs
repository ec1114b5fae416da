//! Commission, summed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::{BusinessId, UnitId, UserId};
use ofektom_domain::money::Money;
use ofektom_domain::people::PersonName;
use ofektom_domain::ports::{CommissionFilter, CommissionGroup, CommissionSummaryLine, ReadScope, StoreResult};
use ofektom_domain::refusal::Refusal;
use uuid::Uuid;

use super::commissions::wanted;
use crate::engine::{Col, Conn, Db, DbResult, Uid, Whole, fixed};
use crate::savings::Reach;
use crate::schema::{businesses, commissions, units, users};

/// Sums of the finest grain that a summary may ask for. A business has few of them: collectors × units × months or periods.
type Grain = (Col<BusinessId>, Col<UnitId>, Col<UserId>, String, Col<Money>, Col<Money>, Col<i64>);

pub(super) async fn commissions_summary(
    db: &Db,
    scope: &ReadScope,
    filter: CommissionFilter,
    group: CommissionGroup,
) -> StoreResult<Vec<CommissionSummaryLine>> {
    let reach = Reach::of(scope, filter.business_id);
    db.read_list(async move |conn| {
        let grains = grains_on(conn, reach, filter, group).await?;
        let mut businesses: Vec<Col<BusinessId>> = grains.iter().map(|grain| grain.0).collect();
        businesses.sort_unstable_by_key(|business| business.0);
        businesses.dedup_by_key(|business| business.0);
        let mut lines = summed(grains, group)?;
        name_on(conn, &mut lines, (businesses, group)).await?;
        Ok(lines)
    })
    .await
}

/// Names the lines that are somebody's or something's.
async fn name_on(
    conn: &mut Conn,
    lines: &mut [CommissionSummaryLine],
    (of, group): (Vec<Col<BusinessId>>, CommissionGroup),
) -> DbResult<()> {
    let ids = || lines.iter().filter_map(|line| line.key.parse::<Uuid>().ok());
    let names: HashMap<String, String> = match group {
        CommissionGroup::Month | CommissionGroup::Period => return Ok(()),
        CommissionGroup::Collector => {
            let wanted: Vec<Col<UserId>> = ids().map(UserId::from).map(Col).collect();
            let rows = on!(conn, |c| users::table
                .filter(users::id.eq_any(wanted))
                .select((users::id, users::full_name))
                .load::<(Col<UserId>, Col<PersonName>)>(c)
                .await)?;
            rows.into_iter().map(|(id, name)| (id.0.to_string(), name.0.to_string())).collect()
        }
        CommissionGroup::Unit => {
            let wanted: Vec<Col<UnitId>> = ids().map(UnitId::from).map(Col).collect();
            let rows = on!(conn, |c| units::table
                .filter(units::business_id.eq_any(of))
                .filter(units::id.eq_any(wanted))
                .select((units::id, units::name))
                .load::<(Col<UnitId>, String)>(c)
                .await)?;
            rows.into_iter().map(|(id, name)| (id.0.to_string(), name)).collect()
        }
        CommissionGroup::Business => {
            let rows = on!(conn, |c| businesses::table
                .filter(businesses::id.eq_any(of))
                .select((businesses::id, businesses::name))
                .load::<(Col<BusinessId>, String)>(c)
                .await)?;
            rows.into_iter().map(|(id, name)| (id.0.to_string(), name)).collect()
        }
    };
    for line in lines {
        line.name = names.get(&line.key).cloned();
    }
    Ok(())
}

fn summed(grains: Vec<Grain>, group: CommissionGroup) -> Result<Vec<CommissionSummaryLine>, Refusal> {
    let mut lines: BTreeMap<String, CommissionSummaryLine> = BTreeMap::new();
    for (business, unit, collector, time, earned, reversed, movements) in grains {
        let key = match group {
            CommissionGroup::Business => business.0.to_string(),
            CommissionGroup::Unit => unit.0.to_string(),
            CommissionGroup::Collector => collector.0.to_string(),
            CommissionGroup::Month | CommissionGroup::Period => time,
        };
        let zero = Money::ZERO;
        let line = lines.entry(key).or_insert_with_key(|key| CommissionSummaryLine {
            key: key.clone(),
            name: None,
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

async fn grains_on(
    conn: &mut Conn,
    reach: Reach,
    filter: CommissionFilter,
    group: CommissionGroup,
) -> DbResult<Vec<Grain>> {
    let time = match (&*conn, group) {
        (Conn::Pg(_), CommissionGroup::Period) => "to_char(period_start, 'YYYY-MM-DD')",
        (Conn::Lite(_), CommissionGroup::Period) => "period_start",
        (Conn::Pg(_), _) => "to_char(occurred_on, 'YYYY-MM')",
        (Conn::Lite(_), _) => "substr(occurred_on, 1, 7)",
    };
    let columns = (
        fixed::<Uid>("business_id"),
        fixed::<Uid>("unit_id"),
        fixed::<Uid>("collector_id"),
        fixed::<Text>(time),
        fixed::<Whole>("CAST(SUM(CASE WHEN amount_kobo > 0 THEN amount_kobo ELSE 0 END) AS bigint)"),
        fixed::<Whole>("CAST(SUM(CASE WHEN amount_kobo < 0 THEN -amount_kobo ELSE 0 END) AS bigint)"),
        fixed::<Whole>("COUNT(*)"),
    );
    let grains = on!(conn, |c| commissions::table
        .group_by(fixed::<Text>("1, 2, 3, 4"))
        .select(columns)
        .filter(wanted(&reach, &filter))
        .load::<Grain>(c)
        .await)?;
    Ok(grains)
}
