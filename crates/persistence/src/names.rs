//! Names for what lists show.

use async_trait::async_trait;
use diesel::prelude::{CombineDsl as _, ExpressionMethods as _, QueryDsl as _};
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::{NameStore, Names, NamesWanted, StoreResult};
use uuid::Uuid;

use crate::engine::{Col, Db, fixed};
use crate::schema::{memberships, savings_accounts, units, users};

/// The names of people, units and cards.
#[derive(Clone, Debug)]
pub struct NameBook {
    db: Db,
}

impl NameBook {
    /// The names in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

fn columns<T: Copy>(ids: impl IntoIterator<Item = T>) -> Vec<Col<T>> {
    ids.into_iter().map(Col).collect()
}

#[async_trait]
impl NameStore for NameBook {
    async fn names_of(&self, wanted: NamesWanted) -> StoreResult<Names> {
        if wanted.businesses.is_empty() {
            return Ok(Names::default());
        }
        // From the primary server: what is read here is kept for minutes, and a replica may not have the newest name yet.
        self.db
            .read(async move |conn| {
                let of: Vec<Col<BusinessId>> = columns(wanted.businesses);
                let people = memberships::table
                    .inner_join(users::table)
                    .filter(memberships::business_id.eq_any(of.clone()))
                    .filter(memberships::user_id.eq_any(columns(wanted.people)))
                    .select((memberships::user_id, fixed::<Text>("users.full_name")));
                let of_units = units::table
                    .filter(units::business_id.eq_any(of.clone()))
                    .filter(units::id.eq_any(columns(wanted.units)))
                    .select((units::id, fixed::<Text>("units.name")));
                let of_cards = savings_accounts::table
                    .filter(savings_accounts::business_id.eq_any(of))
                    .filter(savings_accounts::id.eq_any(columns(wanted.cards)))
                    .select((savings_accounts::id, fixed::<Text>("savings_accounts.tracking_number")));
                let named = people.union_all(of_units).union_all(of_cards);
                let rows = on!(conn, |c| named.load::<(Col<Uuid>, String)>(c).await)?;
                Ok(rows.into_iter().map(|(id, name)| (id.0, name)).collect())
            })
            .await
    }
}
