//! What an invited person does.

use ofektom_auth::token_hash;
use ofektom_domain::business::{Invitation, InvitationAnswer};
use ofektom_domain::permission::Role;
use ofektom_domain::ports::AnswerInvitation;

use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;

impl App {
    /// The pending invitations to the caller's phone number, newest first. They can be answered with the token only, which
    /// shows that the messages of the number reach him.
    ///
    /// # Errors
    /// [`crate::AppError::Store`].
    pub async fn own_invitations_list(&self, caller: &Caller) -> AppResult<Vec<Invitation>> {
        Ok(self.stores.invitations.invitations_to(&caller.user.phone, self.now()).await?)
    }

    /// Answers an invitation; by accepting it the caller becomes a member of the business.
    ///
    /// # Errors
    /// [`crate::AppError::NotFound`] for a token that is unknown or not for the caller's number; `Conflict(Membership)` when
    /// he belongs to the business; [`crate::AppError::Refused`] when the invitation is not pending, the business does not
    /// trade, or he is to work for it and has a PIN.
    pub async fn invitation_answer(
        &self,
        caller: &Caller,
        token: &str,
        answer: InvitationAnswer,
    ) -> AppResult<Invitation> {
        let context = self.context(caller.id(), Role::Customer, &caller.origin);
        let person = caller.user.as_ref().clone();
        let command = AnswerInvitation { token: token_hash(token), person, answer, context };
        Ok(self.stores.invitations.invitation_answer(command).await?)
    }
}
