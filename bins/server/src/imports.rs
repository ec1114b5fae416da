//! Carries imports out, as long as the server runs.

use std::time::Duration;

use ofektom_app::App;
use tokio::task::JoinHandle;

/// How long to wait before looking again when there is nothing to do.
const PAUSE: Duration = Duration::from_secs(1);
/// How long to wait after a failure: the database may be away for a while.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(10);

/// Starts looking for imports to carry out. Any number of servers may do so on one database. Stopping it is safe at any time:
/// an import is written at once, and what was only begun is begun again.
pub(crate) fn imports_start(app: App) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            let pause = match app.import_run_next().await {
                Ok(true) => continue,
                Ok(false) => PAUSE,
                Err(error) => {
                    tracing::warn!(error = %error, "an import could not be carried out; it is tried again");
                    PAUSE_AFTER_FAILURE
                }
            };
            tokio::time::sleep(pause).await;
        }
    })
}
