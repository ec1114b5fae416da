//! Signing in.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::UserId;
use ofektom_domain::people::{SignInPlace, Suspicion, suspicion, suspicion_notify};
use ofektom_domain::ports::{NewSession, StoreResult};
use serde_json::json;

use super::row::{RefreshTokenRow, SessionRow};
use super::write::{SignedIn, signed_in_write_in_tx};
use crate::engine::{Col, Conn, Db, DbResult};
use crate::notifications::notifications_write_in_tx;
use crate::schema::sessions;

/// How many earlier sessions a new one is compared with.
const COMPARED_MAX: i64 = 100;

pub(super) async fn session_create(db: &Db, new: NewSession) -> StoreResult<Option<Suspicion>> {
    db.write(async move |conn| {
        let seen = places_on(conn, new.session.user_id).await?;
        let place = SignInPlace { address: new.session.address, user_agent: new.session.user_agent.clone() };
        let suspicion = suspicion(new.failed_before, &seen, &place);
        let told = suspicion.map(|why| suspicion_notify(new.suspicious_notification, &new.session, why));
        let mut audit = vec![new.audit];
        if let Some(suspicion) = suspicion {
            let why = json!({ "reason": suspicion.as_str(), "failed_before": new.failed_before });
            audit.push(new.suspicious_audit.after(why));
        }
        let (session, refresh) = (SessionRow::from(new.session), RefreshTokenRow::from(new.refresh));
        signed_in_write_in_tx(conn, SignedIn { session, refresh, attempts_key: new.attempts_key, audit }).await?;
        notifications_write_in_tx(conn, told.into_iter().collect()).await?;
        Ok(suspicion)
    })
    .await
}

/// Where the person signed in before, newest first.
async fn places_on(conn: &mut Conn, user: UserId) -> DbResult<Vec<SignInPlace>> {
    let rows = on!(conn, |c| sessions::table
        .filter(sessions::user_id.eq(Col(user)))
        .order(sessions::id.desc())
        .limit(COMPARED_MAX)
        .select((sessions::address, sessions::user_agent))
        .load::<(Option<Col<std::net::IpAddr>>, Option<String>)>(c)
        .await)?;
    let place =
        |(address, user_agent): (Option<Col<_>>, _)| SignInPlace { address: address.map(|it| it.0), user_agent };
    Ok(rows.into_iter().map(place).collect())
}
