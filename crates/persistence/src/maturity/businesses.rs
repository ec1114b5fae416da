//! Which businesses may have matured cards.

use diesel::BoolExpressionMethods as _;
use diesel::prelude::{ExpressionMethods as _, NullableExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{self, TimeZone};
use ofektom_domain::business::{Business, BusinessStatus};
use ofektom_domain::calendar::business_day;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::{MaturingBusiness, StoreResult};

use crate::businesses::BusinessRow;
use crate::engine::{Col, Db};
use crate::schema::{businesses, maturity_runs};

/// Where on earth a day begins first, in hours ahead of UTC.
const EARLIEST_ZONE_HOURS: i8 = 14;

/// A business and the day that it finished last.
type MaturingRow = (BusinessRow, Option<Col<Date>>);

pub(super) async fn maturing_businesses(
    db: &Db,
    now: Timestamp,
    after: Option<BusinessId>,
    limit: u32,
) -> StoreResult<Vec<MaturingBusiness>> {
    // A business whose day is as late as any can be has nothing to do, whatever its zone.
    let latest = business_day(now, &TimeZone::fixed(tz::offset(EARLIEST_ZONE_HOURS)));
    db.read(async move |conn| {
        let rows = on!(conn, |c| {
            let mut query = businesses::table
                .left_join(maturity_runs::table)
                .filter(businesses::status.eq(Col(BusinessStatus::Active)))
                .filter(
                    maturity_runs::finished_on
                        .nullable()
                        .is_null()
                        .or(maturity_runs::finished_on.nullable().lt(Some(Col(latest)))),
                )
                .order(businesses::id)
                .limit(i64::from(limit))
                .select((BusinessRow::as_select(), maturity_runs::finished_on.nullable()))
                .into_boxed();
            if let Some(after) = after {
                query = query.filter(businesses::id.gt(Col(after)));
            }
            query.load::<MaturingRow>(c).await
        })?;
        let maturing = |(row, finished_on): MaturingRow| MaturingBusiness {
            business: Business::from(row),
            finished_on: finished_on.map(|day| day.0),
        };
        Ok(rows.into_iter().map(maturing).collect())
    })
    .await
}
