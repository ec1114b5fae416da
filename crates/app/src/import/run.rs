//! Carrying imports out, one after the other. Any server may do it: a lease keeps the others from an import that one works
//! on, and what a server began that is gone, another one begins anew. There is no half of it to clean up, because everything
//! is written in one transaction.

use jiff::{Timestamp, ToSpan};
use ofektom_auth::OpaqueToken;
use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::business::{Business, BusinessStatus};
use ofektom_domain::context::Context;
use ofektom_domain::ids::IdFactory;
use ofektom_domain::import::{ImportWrites, LineError};
use ofektom_domain::people::Activation;
use ofektom_domain::ports::{ApplyImport, ClaimedImport, ImportTurn, StoreError};
use serde_json::json;

use crate::app::App;
use crate::business::ACTIVATION_HOURS;
use crate::error::{AppError, AppResult};

/// How long nobody else begins an import after its last sign of life.
pub(super) const LEASE_SECONDS: i64 = 20;
/// How often an import is begun before it is given up.
const ATTEMPTS_MAX: u32 = 5;
/// How often it is decided anew because something changed before it was written.
const DECISIONS_MAX: u32 = 5;

impl App {
    /// Carries out the oldest import that waits, and says whether there was one.
    ///
    /// # Errors
    /// [`AppError::Store`]: the import is begun again when its lease is over.
    pub async fn import_run_next(&self) -> AppResult<bool> {
        let now = self.now();
        let run = IdFactory::new(now, self.outside.randomness.seed()).make();
        let lease = self.after_seconds(LEASE_SECONDS);
        let Some(claimed) = self.stores.imports.import_claim(run, now, lease).await? else { return Ok(false) };
        let turn = ImportTurn { business_id: claimed.import.business_id, import_id: claimed.import.id, run };
        match self.import_carry_out(&claimed, turn).await {
            // Another server has taken it meanwhile.
            Ok(()) | Err(AppError::NotFound) => Ok(true),
            Err(error) => Err(error),
        }
    }

    async fn import_carry_out(&self, claimed: &ClaimedImport, turn: ImportTurn) -> AppResult<()> {
        let give_up = async |code, message: &str| {
            let errors = vec![LineError::new(0, "file", code, message).into()];
            Ok(self.stores.imports.import_fail(turn, errors, self.now()).await?)
        };
        if claimed.attempts > ATTEMPTS_MAX {
            return give_up("interrupted", "was begun several times and never came to its end").await;
        }
        let business = self.stores.businesses.business_by_id(turn.business_id).await?.ok_or(AppError::NotFound)?;
        if business.status != BusinessStatus::Active {
            return give_up("business_not_active", "the business is not active").await;
        }
        for _ in 0..DECISIONS_MAX {
            let context = self.import_context(claimed, &business);
            let decided = self.import_decided(&business, &context, &claimed.rows, Some(turn)).await?;
            let writes = match decided {
                Ok(writes) => writes,
                Err(errors) => {
                    let errors = errors.into_iter().map(Into::into).collect();
                    return Ok(self.stores.imports.import_fail(turn, errors, self.now()).await?);
                }
            };
            match self.import_write(claimed, turn, &business, (context, writes)).await {
                Err(AppError::Store(StoreError::Conflict(_))) => {}
                other => return other,
            }
        }
        give_up("conflict", "people or cards of the file changed again and again meanwhile").await
    }

    /// Writes what was decided, and tells whom it concerns.
    async fn import_write(
        &self,
        claimed: &ClaimedImport,
        turn: ImportTurn,
        business: &Business,
        (context, mut writes): (Context, ImportWrites),
    ) -> AppResult<()> {
        let tokens: Vec<OpaqueToken> =
            writes.registered.iter().map(|_| OpaqueToken::from_bytes(self.outside.randomness.token())).collect();
        let expires_at = context.now.checked_add(ACTIVATION_HOURS.hours()).unwrap_or(Timestamp::MAX);
        let activation = |(person, token): (&ofektom_domain::import::Registered, &OpaqueToken)| Activation {
            hash: token.hash(),
            user_id: person.user_id,
            created_at: context.now,
            expires_at,
        };
        let activations = writes.registered.iter().zip(&tokens).map(activation).collect();
        // The ids of the rows before it come from items of their own, two a row.
        let last = context.for_item(claimed.import.rows_total.saturating_mul(2));
        let about = (AuditEntity::Import, turn.import_id.uuid());
        let counts = writes.counts;
        let audit = AuditRow::new(&mut last.ids(), &last, Some(business.id), "import.complete", about).after(json!({
            "customers_registered": counts.customers_registered, "cards_opened": counts.cards_opened,
            "already_there": counts.already_there,
        }));
        writes.audit.push(audit);
        let registered = writes.registered.clone();
        let apply = ApplyImport { turn, writes: writes.into(), activations, now: context.now };
        self.stores.imports.import_apply(apply).await?;
        for (person, token) in registered.into_iter().zip(&tokens) {
            self.activation_send(person.user_id, person.phone, business.name.clone(), token).await;
        }
        Ok(())
    }

    /// The circumstances of whoever asked for it, at this instant.
    fn import_context(&self, claimed: &ClaimedImport, business: &Business) -> Context {
        let now = self.now();
        Context {
            actor: claimed.import.created_by,
            role: claimed.role,
            now,
            today: business.day_at(now),
            address: claimed.address,
            request_id: claimed.request_id.clone(),
            seed: self.outside.randomness.seed(),
            item: 0,
        }
    }

    pub(super) fn after_seconds(&self, seconds: i64) -> Timestamp {
        self.now().checked_add(seconds.seconds()).unwrap_or(Timestamp::MAX)
    }
}
