//! The platform's businesses.

use diesel::dsl::{Eq, InnerJoinQuerySource};
use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel::{EscapeExpressionMethods as _, JoinOnDsl as _, TextExpressionMethods as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::business::{Business, BusinessStatus, JoinCode};
use ofektom_domain::context::Context;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::payout::PayoutStatus;
use ofektom_domain::people::User;
use ofektom_domain::platform::{BusinessUse, business_status_decide};
use ofektom_domain::ports::{BusinessFilter, OwnedBusiness, StoreError, StoreResult};
use ofektom_domain::savings::SavingsStatus;

use crate::audit::audit_append_in_tx;
use crate::businesses::{BusinessRow, business_lock_in_tx, is_open, name_search};
use crate::engine::{Clause, Col, Conn, Db, DbResult, total_on};
use crate::people::UserRow;
use crate::schema::{businesses, payment_requests, savings_accounts, users};

pub(super) async fn businesses_search(
    db: &Db,
    filter: BusinessFilter,
    page: PageRequest,
) -> StoreResult<Page<OwnedBusiness>> {
    db.read_list(async move |conn| {
        let meant = || wanted(&filter);
        let total = total_on(conn, page, || {
            businesses::table.inner_join(users::table.on(users::id.eq(businesses::owner_id))).filter(meant()).count()
        })
        .await?;
        let rows = on!(conn, |c| businesses::table
            .inner_join(users::table.on(users::id.eq(businesses::owner_id)))
            .filter(meant().with_some(page.after, |after| businesses::id.lt(Col(BusinessId::from(after)))))
            .order(businesses::id.desc())
            .limit(i64::from(page.limit) + 1)
            .select((BusinessRow::as_select(), UserRow::as_select()))
            .load::<(BusinessRow, UserRow)>(c)
            .await)?;
        let found = rows.into_iter().map(owned).collect();
        Ok(Page::from_rows(found, page.limit, |found: &OwnedBusiness| found.business.id.uuid()).counted(total))
    })
    .await
}

/// Businesses with their owners.
type Owned = InnerJoinQuerySource<businesses::table, users::table, Eq<users::id, businesses::owner_id>>;

fn wanted(filter: &BusinessFilter) -> Clause<Owned> {
    let meant = |text: &String| {
        let named = Clause::all().with(businesses::name_search.like(pattern_containing(text)).escape('\\'));
        match text.trim().parse::<JoinCode>() {
            Ok(code) => Clause::any_of([named, Clause::all().with(businesses::join_code.eq(Col(code)))]),
            Err(_) => named,
        }
    };
    Clause::all()
        .with_some(filter.status, |status| businesses::status.eq(Col(status)))
        .with_some(filter.search.as_ref(), meant)
}

fn owned((business, owner): (BusinessRow, UserRow)) -> OwnedBusiness {
    OwnedBusiness { business: Business::from(business), owner: User::from(owner) }
}

pub(super) async fn business_status_set(
    db: &Db,
    id: BusinessId,
    to: BusinessStatus,
    context: Context,
) -> StoreResult<OwnedBusiness> {
    db.write(async move |conn| {
        let _ = business_lock_in_tx(conn, id).await?;
        let before = owned_on(conn, id).await?.ok_or(StoreError::NotFound)?;
        let used = use_on(conn, id).await?;
        let decided = business_status_decide(&before.business, to, used, &context).map_err(StoreError::Refused)?;
        let Some((business, audit)) = decided else { return Ok(before) };
        let values = (
            businesses::status.eq(Col(business.status)),
            businesses::updated_at.eq(Col(business.updated_at)),
            businesses::updated_by.eq(Col(business.updated_by)),
        );
        on!(conn, |c| diesel::update(businesses::table.find(Col(id))).set(values).execute(c).await)?;
        audit_append_in_tx(conn, &audit).await?;
        Ok(OwnedBusiness { business, ..before })
    })
    .await
}

async fn owned_on(conn: &mut Conn, id: BusinessId) -> DbResult<Option<OwnedBusiness>> {
    let found = on!(conn, |c| businesses::table
        .inner_join(users::table.on(users::id.eq(businesses::owner_id)))
        .filter(businesses::id.eq(Col(id)))
        .select((BusinessRow::as_select(), UserRow::as_select()))
        .first::<(BusinessRow, UserRow)>(c)
        .await
        .optional())?;
    Ok(found.map(owned))
}

/// What is still open. Whoever opens a card holds the business, so the lock has waited for him; who opens one later sees the
/// new status.
async fn use_on(conn: &mut Conn, id: BusinessId) -> DbResult<BusinessUse> {
    let open_cards = SavingsStatus::ALL.into_iter().filter(|status| is_open(*status)).map(Col);
    let cards = on!(conn, |c| savings_accounts::table
        .filter(savings_accounts::business_id.eq(Col(id)))
        .filter(savings_accounts::status.eq_any(open_cards))
        .count()
        .get_result::<i64>(c)
        .await)?;
    let open_requests: Vec<_> = PayoutStatus::ALL.into_iter().filter(|status| status.is_open()).map(Col).collect();
    let requests = on!(conn, |c| payment_requests::table
        .filter(payment_requests::business_id.eq(Col(id)))
        .filter(payment_requests::status.eq_any(open_requests))
        .count()
        .get_result::<i64>(c)
        .await)?;
    let count = |found: i64| u64::try_from(found).unwrap_or_default();
    Ok(BusinessUse { cards: count(cards), requests: count(requests) })
}

/// The LIKE pattern of names that contain `text`; its own wildcards are taken literally.
fn pattern_containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in name_search(text.trim()).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    #[test]
    fn wildcards_are_literal() {
        assert_eq!(super::pattern_containing(" Ada_50% "), "%ada\\_50\\%%");
    }
}
