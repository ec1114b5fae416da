//! Watching a unit of work that takes long: a server that is frozen or cut off is told from one that is busy.
//!
//! Without it whoever waits on a frozen server would wait for the whole time that a unit of work may take, though a new
//! connection shows within a moment that nobody answers.

use std::pin::pin;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::time::timeout;

use super::error::{DbError, DbResult};
use super::pg::PgManager;

/// What was last known of a PostgreSQL server, shared by all units of work.
#[derive(Default)]
pub(super) struct Watch(Mutex<Option<(Instant, bool)>>);

/// How long to wait for what.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// A sign of life.
    pub(super) sign: Duration,
    /// A unit of work in all; zero for no bound.
    pub(super) unit: Duration,
}

impl Watch {
    /// Waits for a unit of work while its time lasts and the server gives signs of life.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when either ends; what became of the unit is unknown then.
    pub(super) async fn over<T>(
        &self,
        server: &PgManager,
        bounds: Bounds,
        unit: impl Future<Output = T>,
    ) -> DbResult<T> {
        let (started, mut unit) = (Instant::now(), pin!(unit));
        let left = || if bounds.unit.is_zero() { Duration::MAX } else { bounds.unit.saturating_sub(started.elapsed()) };
        loop {
            if let Ok(done) = timeout(left().min(bounds.sign * 2), &mut unit).await {
                return Ok(done);
            }
            if left().is_zero() {
                return Err(DbError::Unavailable("a unit of work took too long".to_owned()));
            }
            let alive = tokio::select! {
                done = &mut unit => return Ok(done),
                alive = self.is_alive(server, bounds.sign) => alive,
            };
            if !alive {
                server.doubt();
                return Err(DbError::Unavailable("the database stopped answering".to_owned()));
            }
        }
    }

    /// One asks, and the others who want to know at that time share the answer.
    async fn is_alive(&self, server: &PgManager, within: Duration) -> bool {
        let mut known = self.0.lock().await;
        if let Some((at, alive)) = *known
            && at.elapsed() < within
        {
            return alive;
        }
        let alive = timeout(within, server.is_alive()).await.unwrap_or(false);
        *known = Some((Instant::now(), alive));
        alive
    }
}
