//! The connection that no request uses.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection as _;
use ofektom_domain::ports::{StoreError, StoreResult};
use ofektom_testkit::{TestDb, on_both_engines};

use super::conn::Conn;
use super::{Db, DbConfig};

on_both_engines!(a_full_pool_leaves_the_program_its_connection);

async fn a_full_pool_leaves_the_program_its_connection(test: TestDb) {
    let config = DbConfig { pool_size_max: 1, sqlite_readers: 1, ..DbConfig::new(&test.url) };
    let db = Db::connect(DbConfig { wait_timeout: Duration::from_millis(50), ..config }).await.unwrap();
    let (free, wait) = tokio::sync::watch::channel(false);
    let (entered, mut inside) = tokio::sync::mpsc::unbounded_channel();
    let holder = tokio::spawn({
        let db = db.clone();
        async move {
            db.read(async move |_conn: &mut Conn| {
                let _ = entered.send(());
                let mut wait = wait;
                let _ = wait.wait_for(|free| *free).await;
                Ok(())
            })
            .await
        }
    });
    inside.recv().await.unwrap();
    let refused: StoreResult<()> = db.read(async |_conn: &mut Conn| Ok(())).await;
    assert!(matches!(refused, Err(StoreError::Overloaded)));
    db.read_aside(async |conn: &mut Conn| Ok(on!(conn, |c| c.batch_execute("SELECT 1").await)?)).await.unwrap();
    free.send(true).unwrap();
    holder.await.unwrap().unwrap();
}
