//! Accepting a round, or giving it back.

use ofektom_domain::idempotency::Answer;
use ofektom_domain::ids::RoundId;
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::{DecideRound, RoundDecision};
use ofektom_domain::round::Round;

use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};
use crate::idempotency::IdempotencyInput;
use crate::input::text_check;

impl App {
    /// Decides on a closed round: the business takes the cash over, or the collector counts again.
    ///
    /// # Errors
    /// Those of [`ofektom_domain::round::accept_decide`] and [`ofektom_domain::round::reopen_decide`] and of the idempotency
    /// key; [`AppError::Forbidden`], [`AppError::NotFound`].
    pub async fn round_decide(
        &self,
        caller: &Caller,
        id: RoundId,
        decision: RoundDecision,
        idempotency: IdempotencyInput<Round>,
    ) -> AppResult<Answer<Round>> {
        let decision = match decision {
            RoundDecision::Reopen { reason } => RoundDecision::Reopen { reason: text_check("reason", &reason, 3)? },
            RoundDecision::Accept(acceptance) => RoundDecision::Accept(acceptance),
        };
        let _guard = self.in_flight.enter(caller.id(), &idempotency.key)?;
        let scope = self.scope_unchecked(caller, Verb::RoundRead, None);
        let found = self.stores.rounds.round_by_id(&scope, id).await?.ok_or(AppError::NotFound)?;
        let grant = self.grant_write(caller, Verb::RoundAccept, found.round.business_id).await?;
        let command =
            DecideRound { business_id: found.round.business_id, round_id: id, decision, context: grant.context };
        Ok(self.stores.rounds.round_decide(command, idempotency.of(caller.id())).await?)
    }
}
