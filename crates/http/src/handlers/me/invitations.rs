//! Invitations to oneself.

use actix_web::web::Data;
use ofektom_app::App;

use crate::extract::SignedIn;
use crate::handlers::businesses::InvitationView;
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::PageView;

/// `GET /me/invitations`
///
/// # Errors
/// Those of [`App::own_invitations_list`].
pub async fn own_invitations_list(app: Data<App>, SignedIn(caller): SignedIn) -> ApiResult {
    let invitations = app.own_invitations_list(&caller).await?;
    reply::ok(&PageView::whole(invitations, InvitationView::from))
}
