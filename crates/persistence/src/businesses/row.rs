//! Rows of `businesses`, `units` and `memberships`.

use diesel::prelude::{Insertable, Queryable, Selectable};
use jiff::Timestamp;
use ofektom_domain::business::{Business, BusinessStatus, JoinCode, Membership, MembershipStatus, Policy, Unit};
use ofektom_domain::ids::{BusinessId, UnitId, UserId};
use ofektom_domain::money::Currency;
use ofektom_domain::permission::Role;

use crate::engine::Col;
use crate::schema::{businesses, memberships, units};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = businesses, treat_none_as_default_value = false)]
pub(crate) struct BusinessRow {
    id: Col<BusinessId>,
    name: String,
    join_code: Col<JoinCode>,
    owner_id: Col<UserId>,
    currency: Col<Currency>,
    time_zone: String,
    policy: Col<Policy>,
    status: Col<BusinessStatus>,
    default_unit_id: Col<UnitId>,
    created_at: Col<Timestamp>,
    created_by: Col<UserId>,
    updated_at: Col<Timestamp>,
    updated_by: Col<UserId>,
}

impl From<BusinessRow> for Business {
    fn from(row: BusinessRow) -> Self {
        Self {
            id: row.id.0,
            name: row.name,
            join_code: row.join_code.0,
            owner_id: row.owner_id.0,
            currency: row.currency.0,
            time_zone: row.time_zone,
            policy: row.policy.0,
            status: row.status.0,
            default_unit_id: row.default_unit_id.0,
            created_at: row.created_at.0,
            created_by: row.created_by.0,
            updated_at: row.updated_at.0,
            updated_by: row.updated_by.0,
        }
    }
}

/// A business's name as it is searched: the engines fold case differently (SQLite only ASCII), so the program does it.
pub(crate) fn name_search(text: &str) -> String {
    text.to_lowercase()
}

/// A business to insert, with its name as it is searched.
#[derive(Insertable)]
#[diesel(table_name = businesses, treat_none_as_default_value = false)]
pub(super) struct NewBusinessRow {
    #[diesel(embed)]
    row: BusinessRow,
    name_search: String,
}

impl From<Business> for NewBusinessRow {
    fn from(business: Business) -> Self {
        Self { name_search: name_search(&business.name), row: business.into() }
    }
}

impl From<Business> for BusinessRow {
    fn from(business: Business) -> Self {
        Self {
            id: Col(business.id),
            name: business.name,
            join_code: Col(business.join_code),
            owner_id: Col(business.owner_id),
            currency: Col(business.currency),
            time_zone: business.time_zone,
            policy: Col(business.policy),
            status: Col(business.status),
            default_unit_id: Col(business.default_unit_id),
            created_at: Col(business.created_at),
            created_by: Col(business.created_by),
            updated_at: Col(business.updated_at),
            updated_by: Col(business.updated_by),
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = units, treat_none_as_default_value = false)]
pub(super) struct UnitRow {
    business_id: Col<BusinessId>,
    id: Col<UnitId>,
    name: String,
    created_at: Col<Timestamp>,
    created_by: Col<UserId>,
    updated_at: Col<Timestamp>,
    updated_by: Col<UserId>,
    name_key: String,
}

/// A unit's name as it is unique: nobody tells "Oke Arin" and "oke arin" apart. Folded by the program, since the engines fold
/// case differently.
pub(super) fn name_key(name: &str) -> String {
    name.to_lowercase()
}

impl From<UnitRow> for Unit {
    fn from(row: UnitRow) -> Self {
        Self {
            id: row.id.0,
            business_id: row.business_id.0,
            name: row.name,
            created_at: row.created_at.0,
            created_by: row.created_by.0,
            updated_at: row.updated_at.0,
            updated_by: row.updated_by.0,
        }
    }
}

impl From<Unit> for UnitRow {
    fn from(unit: Unit) -> Self {
        Self {
            business_id: Col(unit.business_id),
            id: Col(unit.id),
            name_key: name_key(&unit.name),
            name: unit.name,
            created_at: Col(unit.created_at),
            created_by: Col(unit.created_by),
            updated_at: Col(unit.updated_at),
            updated_by: Col(unit.updated_by),
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = memberships, treat_none_as_default_value = false)]
pub(crate) struct MembershipRow {
    business_id: Col<BusinessId>,
    user_id: Col<UserId>,
    role: Col<Role>,
    unit_id: Col<UnitId>,
    status: Col<MembershipStatus>,
    created_at: Col<Timestamp>,
    created_by: Col<UserId>,
    updated_at: Col<Timestamp>,
    updated_by: Col<UserId>,
}

impl MembershipRow {
    /// The membership, with its business's name from the business's row.
    pub(super) fn named(self, business_name: String) -> Membership {
        Membership {
            business_id: self.business_id.0,
            business_name,
            user_id: self.user_id.0,
            role: self.role.0,
            unit_id: self.unit_id.0,
            status: self.status.0,
            created_at: self.created_at.0,
            created_by: self.created_by.0,
            updated_at: self.updated_at.0,
            updated_by: self.updated_by.0,
        }
    }
}

impl From<&Membership> for MembershipRow {
    fn from(membership: &Membership) -> Self {
        Self {
            business_id: Col(membership.business_id),
            user_id: Col(membership.user_id),
            role: Col(membership.role),
            unit_id: Col(membership.unit_id),
            status: Col(membership.status),
            created_at: Col(membership.created_at),
            created_by: Col(membership.created_by),
            updated_at: Col(membership.updated_at),
            updated_by: Col(membership.updated_by),
        }
    }
}
