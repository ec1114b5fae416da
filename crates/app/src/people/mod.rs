//! People: signing up, activation, one's own profile, signing in.

mod activate;
mod profile;
mod sign_in;
mod sign_up;
mod super_admin;

pub use activate::ActivationInput;
pub use profile::ProfileChange;
pub use sign_up::{SignUp, SignUpRole};
