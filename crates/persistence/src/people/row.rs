//! A row of `users`.

use diesel::prelude::{Insertable, Queryable, Selectable};
use jiff::Timestamp;
use ofektom_domain::ids::UserId;
use ofektom_domain::people::{CredentialKind, Email, PersonName, PlatformRole, User, UserStatus};
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::search::name_key;

use crate::engine::Col;
use crate::schema::users;

/// A person without his secret, as selected; with the columns of an insertion in [`NewUserRow`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(crate) struct UserRow {
    id: Col<UserId>,
    phone: Col<PhoneNumber>,
    full_name: Col<PersonName>,
    email: Option<Col<Email>>,
    credential: Col<CredentialKind>,
    platform_role: Col<PlatformRole>,
    status: Col<UserStatus>,
    created_at: Col<Timestamp>,
    created_by: Col<UserId>,
    updated_at: Col<Timestamp>,
    updated_by: Col<UserId>,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id.0,
            phone: row.phone.0,
            full_name: row.full_name.0,
            email: row.email.map(|email| email.0),
            credential: row.credential.0,
            platform_role: row.platform_role.0,
            status: row.status.0,
            created_at: row.created_at.0,
            created_by: row.created_by.0,
            updated_at: row.updated_at.0,
            updated_by: row.updated_by.0,
        }
    }
}

/// A person to insert.
#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub(crate) struct NewUserRow {
    id: Col<UserId>,
    phone: Col<PhoneNumber>,
    full_name: Col<PersonName>,
    name_search: String,
    email: Option<Col<Email>>,
    credential: Col<CredentialKind>,
    platform_role: Col<PlatformRole>,
    status: Col<UserStatus>,
    secret_hash: Option<String>,
    created_at: Col<Timestamp>,
    created_by: Col<UserId>,
    updated_at: Col<Timestamp>,
    updated_by: Col<UserId>,
}

impl NewUserRow {
    pub(crate) fn new(user: User, secret_hash: Option<String>) -> Self {
        Self {
            id: Col(user.id),
            phone: Col(user.phone),
            name_search: name_key(user.full_name.as_str()),
            full_name: Col(user.full_name),
            email: user.email.map(Col),
            credential: Col(user.credential),
            platform_role: Col(user.platform_role),
            status: Col(user.status),
            secret_hash,
            created_at: Col(user.created_at),
            created_by: Col(user.created_by),
            updated_at: Col(user.updated_at),
            updated_by: Col(user.updated_by),
        }
    }
}
