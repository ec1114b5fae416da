//! People: signing up, activation, one's own profile, signing in.

mod activate;
mod profile;
mod secret;
mod sign_in;
mod sign_up;
mod super_admin;
mod suspicious;

pub use activate::ActivationInput;
pub use secret::SecretResetInput;
pub use sign_up::{SignUp, SignUpRole};
