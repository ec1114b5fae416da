//! Making a super admin: by the command on the server, never by a value in the code.

use ofektom_auth::Origin;
use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::context::Context;
use ofektom_domain::ids::UserId;
use ofektom_domain::people::{CredentialKind, PersonName, PlatformRole, User, UserStatus};
use ofektom_domain::permission::Role;
use ofektom_domain::phone::PhoneNumber;
use secrecy::SecretString;

use crate::app::App;
use crate::error::AppResult;

impl App {
    /// Adds a super admin with a passphrase.
    ///
    /// # Errors
    /// [`crate::AppError::Auth`] for a passphrase that breaks the rules; `Conflict(Phone)` when the number has an account.
    pub async fn super_admin_create(
        &self,
        phone: PhoneNumber,
        full_name: PersonName,
        passphrase: SecretString,
    ) -> AppResult<User> {
        let secret = self.sign_in.secret_hash(CredentialKind::Passphrase, passphrase, &phone).await?;
        let blank = self.context(UserId::from_uuid(uuid::Uuid::nil()), Role::SuperAdmin, &Origin::default());
        let mut ids = blank.ids();
        let id: UserId = ids.make();
        let context = Context { actor: id, ..blank };
        let user = User {
            id,
            phone,
            full_name,
            email: None,
            credential: CredentialKind::Passphrase,
            platform_role: PlatformRole::SuperAdmin,
            status: UserStatus::Active,
            created_at: context.now,
            created_by: id,
            updated_at: context.now,
            updated_by: id,
        };
        let about = (AuditEntity::User, id.uuid());
        let audit = AuditRow::new(&mut ids, &context, None, "super_admin.create", about);
        self.stores.people.super_admin_create(user.clone(), secret, audit).await?;
        Ok(user)
    }
}
