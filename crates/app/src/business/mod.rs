//! Businesses, their units and their people.

mod create;
mod customer_register;
mod invitation_answer;
mod invitations;
mod join;
mod members;
mod settings;
mod units;

pub use create::NewBusinessInput;
pub(crate) use create::RANDOM_TRIES_MAX;
pub(crate) use customer_register::ACTIVATION_HOURS;
pub use customer_register::{CustomerRegistered, CustomerToRegister};
pub use invitations::InvitationInput;
pub(crate) use join::customer_membership;
pub use settings::BusinessSettings;
