//! Where a person is signed in.

use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::SessionId;
use ofektom_domain::people::Session;
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::{ApiPath, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Id, Moment, PageView};

/// A session.
#[derive(Serialize, ToSchema)]
pub struct SessionView {
    id: Id,
    /// Whether it is the one that this request came with.
    current: bool,
    created_at: Moment,
    last_used_at: Moment,
    expires_at: Moment,
    /// From where the person signed in.
    address: Option<String>,
    /// What the client calls itself.
    user_agent: Option<String>,
}

impl SessionView {
    fn of(session: Session, current: SessionId) -> Self {
        Self {
            id: session.id.into(),
            current: session.id == current,
            created_at: session.created_at.into(),
            last_used_at: session.last_used_at.into(),
            expires_at: session.expires_at.into(),
            address: session.address.map(|address| address.to_string()),
            user_agent: session.user_agent,
        }
    }
}

/// `GET /auth/sessions`
///
/// # Errors
/// Those of [`App::sessions_list`].
pub async fn sessions_list(app: Data<App>, SignedIn(caller): SignedIn) -> ApiResult {
    let sessions = app.sessions_list(&caller).await?;
    reply::ok(&PageView::whole(sessions, |session| SessionView::of(session, caller.session_id)))
}

/// `DELETE /auth/sessions/{id}`
///
/// # Errors
/// Those of [`App::session_end`].
pub async fn session_end(app: Data<App>, SignedIn(caller): SignedIn, ApiPath(id): ApiPath<SessionId>) -> ApiResult {
    app.session_end(&caller, id).await?;
    reply::no_content()
}
