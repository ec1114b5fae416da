//! A PostgreSQL database per test on the server that `cargo xtask` started.

mod admin;
mod template;

use std::thread;

use tokio::runtime::Builder;

use self::admin::Admin;

#[derive(Debug)]
pub struct PostgresDatabase {
    name: String,
}

impl PostgresDatabase {
    /// A clone of the migrated template.
    pub async fn migrated() -> Self {
        let admin = Admin::connect().await;
        let template = template::ensure(&admin).await;
        Self::create(&admin, &format!("TEMPLATE {template}")).await
    }

    /// A database with nothing in it.
    pub async fn empty() -> Self {
        Self::create(&Admin::connect().await, "").await
    }

    pub fn url(&self) -> String {
        admin::url_of(&self.name)
    }

    async fn create(admin: &Admin, options: &str) -> Self {
        // The server picks the name: process ids come back, and the server may outlive many runs.
        let unique = admin.text("SELECT replace(gen_random_uuid()::text, '-', '')").await;
        let name = format!("ofektom_test_{unique}");
        admin.execute(&format!("CREATE DATABASE {name} {options}")).await;
        Self { name }
    }
}

impl Drop for PostgresDatabase {
    /// Best effort, as the server goes away soon. On a thread of its own, because drop may run inside a runtime.
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let dropping = thread::spawn(move || {
            let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return };
            runtime.block_on(async {
                if let Ok(admin) = Admin::try_connect().await {
                    let _ = admin.try_execute(&statement).await;
                }
            });
        });
        let _ = dropping.join();
    }
}
