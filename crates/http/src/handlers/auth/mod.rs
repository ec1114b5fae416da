//! Signing up, in and out.

mod activate;
mod login;
mod logout;
mod refresh;
mod secret;
mod sessions;
mod signup;
mod view;

pub use activate::{ActivateBody, activate};
pub use login::{LoginBody, login};
pub use logout::{LoggedOutView, logout, logout_all};
pub use refresh::{RefreshBody, refresh};
pub use secret::{
    ResetBody, ResetRequestBody, ResetRequestedView, SecretChangeBody, secret_change, secret_reset,
    secret_reset_request,
};
pub use sessions::{SessionView, session_end, sessions_list};
pub use signup::{SignUpBody, sign_up};
pub use view::{TokensView, UserView};
