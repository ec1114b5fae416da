//! A database that somebody else keeps busy.

use std::time::Duration;

use ofektom_domain::ports::{StoreError, StoreResult};
use ofektom_testkit::{Engine, TestDb, run_on};

use super::conn::Conn;
use super::{Db, DbConfig};

#[test]
fn a_sqlite_that_another_process_holds_is_overloaded() {
    run_on(Engine::Sqlite, async |test: TestDb| {
        let config = DbConfig { lock_timeout: Duration::from_millis(20), ..DbConfig::new(&test.url) };
        let (db, other) = (Db::connect(config).await.unwrap(), Db::connect(DbConfig::new(&test.url)).await.unwrap());
        let (entered, mut inside) = tokio::sync::watch::channel(false);
        let (free, wait) = tokio::sync::watch::channel(false);
        let holder = other.write(async move |_conn: &mut Conn| {
            entered.send_replace(true);
            let _ = wait.clone().wait_for(|free| *free).await;
            Ok(())
        });
        let refused = async {
            inside.wait_for(|inside| *inside).await.unwrap();
            let refused: StoreResult<()> = db.write(async |_conn: &mut Conn| Ok(())).await;
            free.send_replace(true);
            refused
        };
        let (held, refused) = tokio::join!(holder, refused);
        held.unwrap();
        assert!(matches!(refused, Err(StoreError::Overloaded)), "{refused:?}");
        db.write(async |_conn: &mut Conn| Ok(())).await.unwrap();
    });
}
