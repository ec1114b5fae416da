//! Businesses, their units and their people.

mod create;
mod customer_register;
mod join;
mod members;
mod settings;
mod units;

pub use create::NewBusinessInput;
pub(crate) use create::RANDOM_TRIES_MAX;
pub(crate) use customer_register::ACTIVATION_HOURS;
pub use customer_register::{CustomerRegistered, CustomerToRegister};
pub(crate) use join::customer_membership;
pub use members::MemberSettings;
pub use settings::BusinessSettings;
