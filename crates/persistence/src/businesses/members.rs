//! Who belongs to a business.

use diesel::BoolExpressionMethods as _;
use diesel::dsl::InnerJoinQuerySource;
use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{Member, MemberFilter, StoreResult};
use uuid::Uuid;

use super::row::MembershipRow;
use crate::engine::{Clause, Col, Conn, Db, DbResult, total_on};
use crate::people::UserRow;
use crate::schema::{businesses, memberships, users};
use crate::search::person_meant;

/// Members with their persons and their business.
type Members = InnerJoinQuerySource<InnerJoinQuerySource<memberships::table, users::table>, businesses::table>;

pub(super) async fn member_by_id(db: &Db, business: BusinessId, user: UserId) -> StoreResult<Option<Member>> {
    db.read(async move |conn| member_by_id_on(conn, business, user).await).await
}

pub(super) async fn member_by_id_on(conn: &mut Conn, business: BusinessId, user: UserId) -> DbResult<Option<Member>> {
    let found = on!(conn, |c| memberships::table
        .inner_join(users::table)
        .inner_join(businesses::table)
        .filter(memberships::business_id.eq(Col(business)).and(memberships::user_id.eq(Col(user))))
        .select((MembershipRow::as_select(), UserRow::as_select(), businesses::name))
        .first::<(MembershipRow, UserRow, String)>(c)
        .await
        .optional())?;
    Ok(found.map(member))
}

/// The members of a business that a filter means.
fn wanted(business: BusinessId, filter: &MemberFilter) -> Clause<Members> {
    Clause::all()
        .with(memberships::business_id.eq(Col(business)))
        .with_some(filter.role, |role| memberships::role.eq(Col(role)))
        .with_some(filter.status, |status| memberships::status.eq(Col(status)))
        .with_some(filter.unit_id, |unit| memberships::unit_id.eq(Col(unit)))
        .with_some(filter.search.as_ref(), person_meant)
}

/// The newest membership first. A page continues after a person: his membership's instant is looked up, so that the key
/// stays his id alone.
pub(super) async fn members_list(
    db: &Db,
    business: BusinessId,
    filter: MemberFilter,
    page: PageRequest,
) -> StoreResult<Page<Member>> {
    db.read_list(async move |conn| {
        let members = || memberships::table.inner_join(users::table).inner_join(businesses::table);
        let meant = || wanted(business, &filter);
        let total = total_on(conn, page, || members().filter(meant()).count()).await?;
        let after = match page.after {
            Some(user) => Some((joined_at_on(conn, business, user).await?, user)),
            None => None,
        };
        let older = meant().with_some(after, |(at, user)| {
            let same = memberships::created_at.eq(Col(at)).and(memberships::user_id.lt(Col(user)));
            memberships::created_at.lt(Col(at)).or(same)
        });
        let rows = on!(conn, |c| members()
            .filter(older)
            .order((memberships::created_at.desc(), memberships::user_id.desc()))
            .limit(i64::from(page.limit) + 1)
            .select((MembershipRow::as_select(), UserRow::as_select(), businesses::name))
            .load::<(MembershipRow, UserRow, String)>(c)
            .await)?;
        let found = rows.into_iter().map(member).collect();
        Ok(Page::from_rows(found, page.limit, |member: &Member| member.user.id.uuid()).counted(total))
    })
    .await
}

/// When a person became a member. A cursor that names nobody gets an empty page.
async fn joined_at_on(conn: &mut Conn, business: BusinessId, user: Uuid) -> DbResult<Timestamp> {
    let found = on!(conn, |c| memberships::table
        .find((Col(business), Col(user)))
        .select(memberships::created_at)
        .first::<Col<Timestamp>>(c)
        .await
        .optional())?;
    Ok(found.map_or(Timestamp::UNIX_EPOCH, |at| at.0))
}

fn member((membership, user, business_name): (MembershipRow, UserRow, String)) -> Member {
    Member { membership: membership.named(business_name), user: user.into() }
}
