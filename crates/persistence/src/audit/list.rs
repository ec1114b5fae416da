//! Reading the trail of a business.

use std::collections::HashMap;

use diesel::BoolExpressionMethods as _;
use diesel::prelude::{ExpressionMethods as _, NullableExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel::sql_types::Bool;
use diesel::{Queryable, Selectable};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::ids::{AuditId, BusinessId, UserId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::people::PersonName;
use ofektom_domain::ports::{AuditEntry, AuditFilter, AuditSpan, StoreResult};
use ofektom_domain::search::SearchText;
use serde_json::Value;
use uuid::Uuid;

use crate::engine::{Clause, Col, Conn, Db, DbResult, fixed};
use crate::id_bounds::{id_before, id_from};
use crate::savings::Reach;
use crate::schema::{audit_rows, audit_seals, contributions, payment_requests, users};
use crate::search::{cards_found, customer_or_card_meant, people_found};

/// A row that was written, with words that need not be of the lists of today.
#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_rows)]
struct EntryRow {
    id: Col<AuditId>,
    at: Col<Timestamp>,
    actor_id: Option<Col<UserId>>,
    verb: String,
    entity: Col<String>,
    entity_id: Col<Uuid>,
    state_before: Option<Col<Value>>,
    state_after: Option<Col<Value>>,
    address: Option<Col<String>>,
    request_id: Option<String>,
}

pub(super) async fn audit_list(
    db: &Db,
    business: BusinessId,
    wanted_of: (AuditFilter, AuditSpan),
    page: PageRequest,
) -> StoreResult<Page<AuditEntry>> {
    db.read_list(async move |conn| audit_on(conn, business, &wanted_of, page).await).await
}

/// What most rows of a trail tell of. Those that tell of anything else have indexes of their own, which a query is served by
/// when it says that it means none of these.
const POSTED: &str = "contribution.post";
const NOT_POSTED: &str = "verb <> 'contribution.post'";
/// What a posted contribution is done to.
const CONTRIBUTION: &str = "contribution";

/// The rows of a business that a filter means.
fn wanted(business: BusinessId, (filter, span): &(AuditFilter, AuditSpan)) -> Clause<audit_rows::table> {
    Clause::all()
        .with(audit_rows::business_id.eq(Col(business)))
        .with_some(filter.actor, |actor| audit_rows::actor_id.eq(Some(Col(actor))))
        .with_some(filter.verb.clone(), |verb| audit_rows::verb.eq(verb))
        .with_some(filter.entity.clone(), |entity| audit_rows::entity.eq(Col(entity)))
        .with_some(filter.entity_id, |id| audit_rows::entity_id.eq(Col(id)))
        .with_some(never_posted(filter).then_some(NOT_POSTED), fixed::<Bool>)
        .with_some(span.from, |from| audit_rows::at.ge(Col(from)).and(audit_rows::id.ge(Col(id_from(from)))))
        .with_some(span.before, |before| audit_rows::at.lt(Col(before)).and(audit_rows::id.lt(Col(id_before(before)))))
        .with_some(filter.search.as_ref(), |text| searched(business, text))
}

/// Whether a filter leaves no posted contribution, by its verb or by what it was done to.
fn never_posted(filter: &AuditFilter) -> bool {
    filter.verb.as_deref().is_some_and(|verb| verb != POSTED)
        || filter.entity.as_deref().is_some_and(|entity| entity != CONTRIBUTION)
}

/// By a person that is meant, about him, or about a card that is meant: its own rows, and those of the contributions and
/// payment requests on it.
fn searched(business: BusinessId, text: &SearchText) -> Clause<audit_rows::table> {
    let reach = Reach::Business(Col(business));
    let collected = customer_or_card_meant(&reach, text, contributions::customer_id, contributions::savings_account_id)
        .with(contributions::business_id.eq(Col(business)));
    let requested =
        customer_or_card_meant(&reach, text, payment_requests::customer_id, payment_requests::savings_account_id)
            .with(payment_requests::business_id.eq(Col(business)));
    let about = || Clause::<audit_rows::table>::all();
    Clause::any_of([
        about().with_in(audit_rows::actor_id.assume_not_null(), people_found(&reach, text)),
        about().with_in(audit_rows::entity_id, people_found(&reach, text)),
        about().with_in(audit_rows::entity_id, cards_found(&reach, text)),
        about().with_in(audit_rows::entity_id, contributions::table.filter(collected).select(contributions::id)),
        about().with_in(audit_rows::entity_id, payment_requests::table.filter(requested).select(payment_requests::id)),
    ])
}

async fn audit_on(
    conn: &mut Conn,
    business: BusinessId,
    wanted_of: &(AuditFilter, AuditSpan),
    page: PageRequest,
) -> DbResult<Page<AuditEntry>> {
    let meant = || wanted(business, wanted_of);
    let total = if page.total {
        conn.snapshot().await?;
        Some(on!(conn, |c| audit_rows::table.filter(meant()).count().get_result::<i64>(c).await)?)
    } else {
        None
    };
    let rows = on!(conn, |c| audit_rows::table
        .filter(meant().with_some(page.after, |after| audit_rows::id.lt(Col(after))))
        .order(audit_rows::id.desc())
        .limit(i64::from(page.limit) + 1)
        .select(EntryRow::as_select())
        .load::<EntryRow>(c)
        .await)?;
    let actors: Vec<Col<UserId>> = rows.iter().filter_map(|row| row.actor_id).collect();
    let names = on!(conn, |c| users::table
        .filter(users::id.eq_any(actors))
        .select((users::id, users::full_name))
        .load::<(Col<UserId>, Col<PersonName>)>(c)
        .await)?;
    let names: HashMap<UserId, PersonName> = names.into_iter().map(|(id, name)| (id.0, name.0)).collect();
    let ids: Vec<Col<AuditId>> = rows.iter().map(|row| row.id).collect();
    let seals = on!(conn, |c| audit_seals::table
        .filter(audit_seals::business_id.eq(Col(business)))
        .filter(audit_seals::audit_id.eq_any(ids))
        .select((audit_seals::audit_id, audit_seals::seq))
        .load::<(Col<AuditId>, Col<u32>)>(c)
        .await)?;
    let seals: HashMap<AuditId, u32> = seals.into_iter().map(|(id, seq)| (id.0, seq.0)).collect();
    let entries = rows.into_iter().map(|row| row.entry(&names, &seals)).collect();
    Ok(Page::from_rows(entries, page.limit, |entry: &AuditEntry| entry.id.uuid()).counted(total))
}

impl EntryRow {
    fn entry(self, names: &HashMap<UserId, PersonName>, seals: &HashMap<AuditId, u32>) -> AuditEntry {
        let actor = self.actor_id.map(|actor| actor.0);
        AuditEntry {
            id: self.id.0,
            at: self.at.0,
            actor,
            actor_name: actor.and_then(|actor| names.get(&actor).cloned()),
            verb: self.verb,
            entity: self.entity.0,
            entity_id: self.entity_id.0,
            before: self.state_before.map(|state| state.0),
            after: self.state_after.map(|state| state.0),
            address: self.address.map(|address| address.0),
            request_id: self.request_id,
            seq: seals.get(&self.id.0).copied(),
        }
    }
}
