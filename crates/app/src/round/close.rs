//! Closing one's own round.

use jiff::civil::Date;
use ofektom_domain::idempotency::Answer;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::money::Money;
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::CloseRoundIn;
use ofektom_domain::round::{CloseRound, Round};

use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;
use crate::idempotency::IdempotencyInput;
use crate::input::text_check_optional;

/// A round to close.
#[derive(Clone, Debug)]
pub struct RoundInput {
    /// The business whose cash it is.
    pub business_id: BusinessId,
    /// The last day that it is to cover; today when not given.
    pub date: Option<Date>,
    /// What was counted.
    pub counted: Money,
    /// A remark.
    pub note: Option<String>,
}

impl App {
    /// Closes the caller's own round: he states what he counted, and his days up to the round's are locked.
    ///
    /// # Errors
    /// Those of [`ofektom_domain::round::close_decide`] and of the idempotency key; [`crate::AppError::Forbidden`],
    /// [`crate::AppError::NotFound`].
    pub async fn round_close(
        &self,
        caller: &Caller,
        input: RoundInput,
        idempotency: IdempotencyInput<Round>,
    ) -> AppResult<Answer<Round>> {
        let note = text_check_optional("note", input.note.as_deref(), 1)?;
        let _guard = self.in_flight.enter(caller.id(), &idempotency.key)?;
        let grant = self.grant_write(caller, Verb::RoundClose, input.business_id).await?;
        let date = input.date.unwrap_or(grant.context.today);
        let command = CloseRoundIn {
            business_id: input.business_id,
            close: CloseRound { date, counted: input.counted, note },
            context: grant.context,
        };
        Ok(self.stores.rounds.round_close(command, idempotency.of(caller.id())).await?)
    }
}
