//! `ofektom secret-key status`: which key the database is used with, and what is still of another one.

use std::process::ExitCode;

use anyhow::Result;
use ofektom_auth::DerivedKeys;
use ofektom_domain::seal::SealKey as _;
use ofektom_persistence::{Installation, KeyFingerprints, KeyMatch, KeyUses};

use super::database;
use crate::config::Config;
use crate::output;
use crate::secret_key::key_ring_load;

pub(super) async fn run(config: &Config) -> Result<ExitCode> {
    let ring = key_ring_load(config)?.derive();
    let db = database::open_existing(config).await?;
    let installation = Installation::new(db.clone());
    let coming = ring.next.iter().map(|keys| ("coming", keys));
    let former = ring.previous.iter().map(|keys| ("former", keys));
    let mut known = 0;
    for (role, keys) in [("present", &ring.present)].into_iter().chain(coming).chain(former) {
        let uses = uses_of(&installation, keys).await?;
        let alone = KeyFingerprints::alone(keys.fingerprint());
        let used = installation.key_matched(&alone).await? == Some(KeyMatch::Same);
        let note = match (used, role) {
            (true, _) => "; the database is used with it",
            (false, "former") if uses == KeyUses::default() => "; nothing is of it, it may go",
            _ => "",
        };
        let KeyUses { secrets, chains } = uses;
        output::line(format_args!("{role} key {}: {secrets} secrets, {chains} chains of the trail{note}", keys.name()));
        known += secrets;
    }
    let (nameless, all) = installation.secrets_nameless().await?;
    db.close().await;
    if nameless > 0 {
        output::line(format_args!("{nameless} secrets without a name: of the oldest key that is given"));
    }
    let foreign = all - nameless - known;
    if foreign > 0 {
        output::line(format_args!("{foreign} secrets of keys that are not given: these people reset them by a code"));
    }
    Ok(ExitCode::SUCCESS)
}

/// What is still of former keys.
pub(super) async fn former_left(config: &Config) -> Result<KeyUses> {
    let ring = key_ring_load(config)?.derive();
    let db = database::open_existing(config).await?;
    let installation = Installation::new(db.clone());
    let mut left = KeyUses { secrets: installation.secrets_nameless().await?.0, chains: 0 };
    for keys in ring.previous.iter().filter(|keys| keys.name() != ring.present.name()) {
        let uses = uses_of(&installation, keys).await?;
        left = KeyUses { secrets: left.secrets + uses.secrets, chains: left.chains + uses.chains };
    }
    db.close().await;
    Ok(left)
}

async fn uses_of(installation: &Installation, keys: &DerivedKeys) -> Result<KeyUses> {
    Ok(installation.key_uses(keys.pepper_name(), keys.audit_seal_key().id()).await?)
}
