//! Who belongs to a business.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel::{BoolExpressionMethods as _, EscapeExpressionMethods as _, TextExpressionMethods as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{Member, MemberFilter, StoreResult};
use uuid::Uuid;

use super::row::MembershipRow;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::people::{UserRow, name_search};
use crate::schema::{businesses, memberships, users};

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

/// The newest membership first. A page continues after a person: his membership's instant is looked up, so that the key
/// stays his id alone.
pub(super) async fn members_list(
    db: &Db,
    business: BusinessId,
    filter: MemberFilter,
    page: PageRequest,
) -> StoreResult<Page<Member>> {
    db.read(async move |conn| {
        let after = match page.after {
            Some(user) => Some((joined_at_on(conn, business, user).await?, user)),
            None => None,
        };
        let rows = on!(conn, |c| {
            let mut query = memberships::table
                .inner_join(users::table)
                .inner_join(businesses::table)
                .filter(memberships::business_id.eq(Col(business)))
                .order((memberships::created_at.desc(), memberships::user_id.desc()))
                .limit(i64::from(page.limit) + 1)
                .select((MembershipRow::as_select(), UserRow::as_select(), businesses::name))
                .into_boxed();
            if let Some(role) = filter.role {
                query = query.filter(memberships::role.eq(Col(role)));
            }
            if let Some(status) = filter.status {
                query = query.filter(memberships::status.eq(Col(status)));
            }
            if let Some(unit) = filter.unit_id {
                query = query.filter(memberships::unit_id.eq(Col(unit)));
            }
            if let Some(text) = &filter.search {
                query = query.filter(users::name_search.like(pattern_containing(text)).escape('\\'));
            }
            if let Some((at, user)) = after {
                let same = memberships::created_at.eq(Col(at)).and(memberships::user_id.lt(Col(user)));
                query = query.filter(memberships::created_at.lt(Col(at)).or(same));
            }
            query.load::<(MembershipRow, UserRow, String)>(c).await
        })?;
        let members = rows.into_iter().map(member).collect();
        Ok(Page::from_rows(members, page.limit, |member: &Member| member.user.id.uuid()))
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

/// The LIKE pattern of names that contain `text`; its own wildcards are taken literally.
pub(crate) fn pattern_containing(text: &str) -> String {
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
