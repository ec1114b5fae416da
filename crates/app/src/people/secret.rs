//! Changing one's secret, and setting a new one in place of one that is forgotten.

use ofektom_auth::Origin;
use ofektom_domain::people::SECRET_CODE_MINUTES;
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::Message;
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;

/// The use of a reset code.
#[derive(Clone, Debug)]
pub struct SecretResetInput {
    /// The person's phone number.
    pub phone: PhoneNumber,
    /// The code from the message.
    pub code: SecretString,
    /// The secret that he chooses.
    pub new_secret: SecretString,
}

impl App {
    /// Replaces the caller's secret by another one; his other sessions end. Tells how many.
    ///
    /// # Errors
    /// [`crate::AppError::Auth`]: a new secret that breaks the rules, a wrong old one, too many failed attempts.
    pub async fn secret_change(&self, caller: &Caller, old: SecretString, new: SecretString) -> AppResult<u64> {
        Ok(self.sign_in.secret_change(&caller.user, caller.session_id, (old, new), &caller.origin).await?)
    }

    /// Sends a reset code to a phone number, if it has an active person. The answer is the same for all numbers, and takes
    /// the same time. A person who was registered and has not activated himself gets nothing: the business sends him
    /// another activation token.
    ///
    /// # Errors
    /// [`crate::AppError::Auth`] when too much work is waiting; [`crate::AppError::Store`].
    pub async fn secret_reset_request(&self, phone: PhoneNumber, origin: &Origin) -> AppResult<()> {
        if let Some(code) = self.sign_in.secret_code_make(&phone, origin).await? {
            let code = code.expose_secret().to_owned();
            self.deliveries.send(Message::SecretCode { phone, code, minutes: SECRET_CODE_MINUTES });
        }
        Ok(())
    }

    /// Sets a new secret by a reset code: the person's sessions end, and his failed attempts are forgotten.
    ///
    /// # Errors
    /// [`crate::AppError::Auth`]: a new secret that breaks the rules, a code that is not right.
    pub async fn secret_reset(&self, input: SecretResetInput, origin: &Origin) -> AppResult<()> {
        Ok(self.sign_in.secret_reset(&input.phone, (input.code, input.new_secret), origin).await?)
    }
}
