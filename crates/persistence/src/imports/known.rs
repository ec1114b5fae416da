//! What is known of a file's people and units.

use std::collections::HashMap;

use diesel::BoolExpressionMethods as _;
use diesel::NullableExpressionMethods as _;
use diesel::prelude::{ExpressionMethods as _, JoinOnDsl as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::business::MembershipStatus;
use ofektom_domain::ids::{BusinessId, UnitId, UserId};
use ofektom_domain::import::KnownPerson;
use ofektom_domain::people::UserStatus;
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::StoreResult;

use crate::engine::{Col, Db};
use crate::schema::{imported_cards, memberships, units, users};

/// A person's phone number, id and status, and his membership's status and unit.
type Found = (Col<PhoneNumber>, Col<UserId>, Col<UserStatus>, Option<Col<MembershipStatus>>, Option<Col<UnitId>>);

pub(super) async fn import_known(
    db: &Db,
    business: BusinessId,
    phones: Vec<PhoneNumber>,
) -> StoreResult<Vec<(PhoneNumber, KnownPerson)>> {
    db.read(async move |conn| {
        let wanted: Vec<Col<PhoneNumber>> = phones.into_iter().map(Col).collect();
        let people = on!(conn, |c| users::table
            .left_join(
                memberships::table
                    .on(memberships::user_id.eq(users::id).and(memberships::business_id.eq(Col(business))))
            )
            .filter(users::phone.eq_any(wanted))
            .select((
                users::phone,
                users::id,
                users::status,
                memberships::status.nullable(),
                memberships::unit_id.nullable(),
            ))
            .load::<Found>(c)
            .await)?;
        let ids: Vec<Col<UserId>> = people.iter().map(|person| person.1).collect();
        let cards = on!(conn, |c| imported_cards::table
            .filter(imported_cards::business_id.eq(Col(business)))
            .filter(imported_cards::customer_id.eq_any(ids))
            .select((imported_cards::customer_id, imported_cards::reference, imported_cards::terms))
            .load::<(Col<UserId>, String, String)>(c)
            .await)?;
        let mut cards_of: HashMap<UserId, Vec<(String, String)>> = HashMap::new();
        for (customer, reference, terms) in cards {
            cards_of.entry(customer.0).or_default().push((reference, terms));
        }
        let known = |(phone, id, status, membership, unit): Found| {
            let membership = membership.zip(unit).map(|(status, unit)| (status.0, unit.0));
            let cards = cards_of.remove(&id.0).unwrap_or_default();
            (phone.0, KnownPerson { id: id.0, status: status.0, membership, cards })
        };
        Ok(people.into_iter().map(known).collect())
    })
    .await
}

pub(super) async fn import_units(db: &Db, business: BusinessId) -> StoreResult<Vec<(String, UnitId)>> {
    db.read(async move |conn| {
        let rows = on!(conn, |c| units::table
            .filter(units::business_id.eq(Col(business)))
            .select((units::name, units::id))
            .load::<(String, Col<UnitId>)>(c)
            .await)?;
        Ok(rows.into_iter().map(|(name, id)| (name, id.0)).collect())
    })
    .await
}
