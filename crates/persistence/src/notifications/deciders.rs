//! Who is told of something that waits for a decision.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::business::MembershipStatus;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::permission::{Reach, Role, Verb, reach};

use crate::engine::{Col, Conn, DbResult};
use crate::schema::memberships;

/// Most people who are told. Those who belong to the business longest come first: its owner is among them.
const TOLD_MAX: i64 = 50;

/// The members of a business who may do a verb to everything of it.
pub(crate) async fn members_who_may_on(conn: &mut Conn, business: BusinessId, verb: Verb) -> DbResult<Vec<UserId>> {
    let may_decide = |role: &Role| reach(verb, *role) == Reach::Business;
    let roles: Vec<Col<Role>> = Role::ALL.into_iter().filter(may_decide).map(Col).collect();
    let found = memberships::table
        .filter(memberships::business_id.eq(Col(business)))
        .filter(memberships::role.eq_any(roles))
        .filter(memberships::status.eq(Col(MembershipStatus::Active)))
        .order((memberships::created_at, memberships::user_id))
        .limit(TOLD_MAX)
        .select(memberships::user_id);
    let users = on!(conn, |c| found.load::<Col<UserId>>(c).await)?;
    Ok(users.into_iter().map(|user| user.0).collect())
}
