use std::collections::BTreeMap;
use std::fs;

use secrecy::ExposeSecret as _;

use super::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn load(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::from_environment(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn refused(variables: &[(&str, &str)]) -> String {
    let text = load(variables).unwrap_err().to_string();
    assert!(!text.contains('\n'), "{text}");
    text
}

fn shown(config: &Config) -> BTreeMap<&str, &str> {
    config.effective.iter().map(|setting| (setting.variable, setting.value.as_str())).collect()
}

#[test]
fn nothing_configured_is_a_configuration() {
    let config = load(&[("HOME", "/root")]).unwrap();
    assert_eq!((config.server.host.as_str(), config.server.port), ("127.0.0.1", 8001));
    assert_eq!(config.database.db.url, "sqlite:./data/ofektom.db");
    assert_eq!(config.database.db, ofektom_persistence::DbConfig::new("sqlite:./data/ofektom.db"));
    assert!(matches!(config.secrets.secret_key, SecretKeySource::Kept(_)));
    assert!(config.effective.iter().all(|setting| setting.origin == "default"));
}

#[test]
fn the_environment_wins_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ofektom.toml");
    fs::write(&path, "[server]\nport = 9000\nhost = \"::1\"\n").unwrap();
    let config = load(&[("OFEKTOM_CONFIG", path.to_str().unwrap()), ("PORT", "9001")]).unwrap();
    assert_eq!((config.server.host.as_str(), config.server.port), ("::1", 9001));
    let origin = |name: &str| config.effective.iter().find(|setting| setting.variable == name).unwrap().origin;
    assert_eq!((origin("HOST"), origin("PORT"), origin("LOG")), ("file", "environment", "default"));
}

#[test]
fn unknown_names_are_refused_by_name() {
    assert!(refused(&[("OFEKTOM_DTAA", "x")]).contains("OFEKTOM_DTAA"));
    assert!(load(&[("OFEKTOM_TEST_BINARY", "x")]).is_ok());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ofektom.toml");
    for (text, name) in [("[server]\nprot = 1\n", "server.prot"), ("port = 1\n", "port"), ("[srv]\na = 1\n", "srv.a")] {
        fs::write(&path, text).unwrap();
        assert!(refused(&[("OFEKTOM_CONFIG", path.to_str().unwrap())]).starts_with(&format!("{name} ")), "{name}");
    }
    assert!(refused(&[("OFEKTOM_CONFIG", "/no/such/file")]).contains("/no/such/file"));
}

#[test]
fn a_replica_is_of_postgres() {
    let replica = ("DATABASE_REPLICA_URL", "postgres://ann:s3cret@copy/books");
    let key = ("SECRET_KEY", "0123456789012345678901234567890123456789");
    let config = load(&[("DATABASE_URL", "postgres://ann:s3cret@db/books"), replica, key]).unwrap();
    assert_eq!(config.database.db.replica_url.as_deref(), Some(replica.1));
    assert_eq!(config.database.db.replica_lag_max.as_secs(), 5);
    assert_eq!(shown(&config)["DATABASE_REPLICA_URL"], "postgres://ann:***@copy/books");
    assert!(refused(&[replica]).starts_with("DATABASE_REPLICA_URL "));
    assert!(refused(&[("DATABASE_REPLICA_URL", "sqlite:copy.db")]).starts_with("DATABASE_REPLICA_URL "));
    assert!(refused(&[("DATABASE_REPLICA_LAG_SECONDS", "1")]).starts_with("DATABASE_REPLICA_LAG_SECONDS "));
}

#[test]
fn bad_values_are_refused_by_name() {
    for (name, value) in [
        ("PORT", "65536"),
        ("PORT", "http"),
        ("PORT", "-1"),
        ("HOST", ""),
        ("OFEKTOM_WORKERS", "0"),
        ("OFEKTOM_DATA", ""),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "mysql://h/db"),
        ("OFEKTOM_DB_POOL_SIZE_KEPT", "51"),
        ("OFEKTOM_DB_LOCK_TIMEOUT_SECONDS", "1.5"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "too short"),
        ("SECRET_KEY_FILE", "/no/such/file"),
        ("SECRET_KEY_PREVIOUS", "too short"),
        ("SECRET_KEY_NEXT", "0123456789abcdef0123456789abcdef,too short"),
        ("OFEKTOM_START_WAIT_SECONDS", "3601"),
        ("OFEKTOM_DRAIN_SECONDS", "-1"),
        ("LOG", "ofektom=loud"),
        ("LOG_FORMAT", "xml"),
        ("MIGRATE", "maybe"),
        ("REDIS_PORT", "0"),
        ("REDIS_POOL_SIZE", "51"),
        ("REDIS_DB", "first"),
        ("CACHE", "disk"),
        ("CACHE", "redis"),
        ("ENVIRONMENT", "staging"),
        ("MESSAGES", "sms"),
        ("OFEKTOM_ADDRESS_FAILURES_MAX", "9"),
        ("RATE_LIMITS", "no"),
        ("OFEKTOM_LIMIT_USER_PER_MINUTE", "1000000001"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("OFEKTOM_PROXY_HEADER", "x-real-ip"),
    ] {
        assert!(refused(&[(name, value)]).starts_with(&format!("{name} ")), "{name}={value}");
    }
    assert!(refused(&[("DATABASE_URL", "mysql://h/db")]).contains("mysql"));
}

#[test]
fn postgres_needs_the_secret_key() {
    let url = ("DATABASE_URL", "postgres://ann@db/books");
    assert!(refused(&[url]).starts_with("SECRET_KEY is required with PostgreSQL"));
    assert!(load(&[url, ("SECRET_KEY", SECRET)]).is_ok());
}

#[test]
fn secrets_may_be_in_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let url = file("url", "postgres://ann:s3cret@db/books\n");
    let key = file("key", &format!("{SECRET}\r\n"));
    let (one, other) = (SECRET.replace('0', "x"), SECRET.replace('0', "y"));
    let previous = file("previous", &format!("{one}\n{other}\n"));
    let password = file("password", "a b");
    let all = [
        ("DATABASE_URL_FILE", url.as_str()),
        ("SECRET_KEY_FILE", &key),
        ("SECRET_KEY_PREVIOUS_FILE", &previous),
        ("REDIS_PASSWORD_FILE", &password),
        ("REDIS_HOST", "cache"),
    ];
    let config = load(&all).unwrap();
    assert_eq!(config.database.db.url, "postgres://ann:s3cret@db/books");
    assert!(matches!(&config.secrets.secret_key, SecretKeySource::Given(given) if given.expose_secret() == SECRET));
    let previous: Vec<_> = config.secrets.previous.iter().map(|key| key.expose_secret().to_owned()).collect();
    assert_eq!(previous, [one.clone(), other]);
    assert_eq!(config.redis.url().unwrap().expose_secret(), "redis://:a%20b@cache:6379/0");
    assert_eq!(shown(&config)["SECRET_KEY_PREVIOUS"], "***,***");
    assert_eq!(shown(&config)["SECRET_KEY_FILE"], key);
    let everything = format!("{config:?}");
    assert!(
        !everything.contains("s3cret") && !everything.contains(SECRET) && !everything.contains(&one),
        "{everything}"
    );
    let both = refused(&[("SECRET_KEY", SECRET), ("SECRET_KEY_FILE", &key)]);
    assert!(both.starts_with("SECRET_KEY_FILE and SECRET_KEY are both given"), "{both}");
    let empty = file("empty", "\n");
    assert!(refused(&[("SECRET_KEY_FILE", &empty)]).starts_with("SECRET_KEY "));
}

#[test]
fn secrets_are_not_shown() {
    let config = load(&[
        ("DATABASE_URL", "postgres://ann:s3cret@db/books?password=s3cret"),
        ("SECRET_KEY", SECRET),
        ("REDIS_PASSWORD", "s3cret"),
    ])
    .unwrap();
    let shown = shown(&config);
    assert_eq!((shown["SECRET_KEY"], shown["REDIS_PASSWORD"]), ("***", "***"));
    assert_eq!(shown["DATABASE_URL"], "postgres://ann:***@db/books");
    let everything = format!("{config:?}");
    assert!(!everything.contains("s3cret") && !everything.contains(SECRET), "{everything}");
}

#[test]
fn production_needs_a_way_for_messages() {
    let production = ("ENVIRONMENT", "production");
    for wrong in [vec![production], vec![production, ("MESSAGES", "log")]] {
        assert!(refused(&wrong).starts_with("MESSAGES must be outbox with ENVIRONMENT=production"), "{wrong:?}");
    }
    let config = load(&[production, ("MESSAGES", "outbox")]).unwrap();
    assert_eq!((shown(&config)["ENVIRONMENT"], shown(&config)["MESSAGES"]), ("production", "outbox"));
    let config = load(&[]).unwrap();
    assert_eq!((shown(&config)["ENVIRONMENT"], shown(&config)["MESSAGES"]), ("development", "log"));
}

#[test]
fn an_empty_redis_host_means_none() {
    assert_eq!(load(&[("REDIS_HOST", "")]).unwrap().redis.host, None);
    assert_eq!(load(&[("REDIS_HOST", "cache")]).unwrap().redis.host.as_deref(), Some("cache"));
}

#[test]
fn copies_are_kept_in_redis_where_there_is_one() {
    let mode = |variables: &[(&str, &str)]| load(variables).unwrap().cache.mode.name();
    assert_eq!(mode(&[]), "memory");
    assert_eq!(mode(&[("REDIS_HOST", "cache")]), "tiered");
    assert_eq!(mode(&[("REDIS_HOST", "cache"), ("CACHE", "redis")]), "redis");
    assert_eq!(mode(&[("CACHE", "off")]), "off");
    let text = "CACHE must be off or memory without REDIS_HOST or REDIS_URL, not tiered";
    assert_eq!(refused(&[("CACHE", "tiered")]), text);
}

#[test]
fn redis_has_a_url_whatever_its_password() {
    let url = |variables: &[(&str, &str)]| {
        let url = load(variables).unwrap().redis.url();
        url.map(|url| secrecy::ExposeSecret::expose_secret(&url).to_owned())
    };
    assert_eq!(url(&[]), None);
    assert_eq!(url(&[("REDIS_HOST", "cache")]).as_deref(), Some("redis://cache:6379/0"));
    let all = [("REDIS_HOST", "::1"), ("REDIS_PORT", "7"), ("REDIS_PASSWORD", "a:/@%"), ("REDIS_DB", "3")];
    assert_eq!(url(&all).as_deref(), Some("redis://:a%3A%2F%40%25@[::1]:7/3"));
}

#[test]
fn a_redis_url_takes_the_place_of_the_other_settings() {
    let sentinel = "redis-sentinel://a:26379/0?sentinelServiceName=ofektom";
    let config = load(&[("REDIS_URL", sentinel)]).unwrap();
    assert_eq!(config.redis.url().map(|url| url.expose_secret().to_owned()).as_deref(), Some(sentinel));
    assert_eq!((config.cache.mode.name(), shown(&config)["REDIS_URL"]), ("tiered", "***"));
    let both = refused(&[("REDIS_URL", sentinel), ("REDIS_HOST", "b")]);
    assert_eq!(both, "REDIS_URL and REDIS_HOST are both given: leave one out");
}

#[test]
fn a_pooler_comes_with_the_server_behind_it() {
    let (pooled, direct) = ("postgres://a:b@pooler:6432/books", "postgres://a:b@server/books");
    let pooler = |more: &[(&str, &str)]| {
        let all: Vec<_> = [("DATABASE_URL", pooled), ("SECRET_KEY", SECRET)].iter().chain(more).copied().collect();
        load(&all).map(|config| (config.database.db.pooled, config.database.db.direct_url))
    };
    assert_eq!(pooler(&[]).unwrap(), (false, None));
    let given = [("DATABASE_POOLER", "transaction"), ("DATABASE_DIRECT_URL", direct)];
    assert_eq!(pooler(&given).unwrap(), (true, Some(direct.to_owned())));
    for wrong in [&given[..1], &given[1..], &[("DATABASE_POOLER", "session")]] {
        assert!(pooler(wrong).is_err(), "{wrong:?}");
    }
    assert!(load(&given).is_err(), "SQLite has no pooler");
}

#[test]
fn limits_are_on_unless_they_are_switched_off() {
    let limits = |variables: &[(&str, &str)]| load(variables).unwrap().limits.in_effect();
    assert_eq!(limits(&[]), ofektom_http::LimitSettings::DEFAULT);
    let one = limits(&[("OFEKTOM_LIMIT_USER_PER_MINUTE", "7"), ("OFEKTOM_LIMIT_ADDRESS_PER_MINUTE", "0")]);
    assert_eq!((one.user_per_minute, one.address_per_minute, one.business_per_minute), (7, 0, 12_000));
    assert_eq!(
        limits(&[("RATE_LIMITS", "off"), ("OFEKTOM_LIMIT_USER_PER_MINUTE", "7")]),
        ofektom_http::LimitSettings::OFF
    );
    assert_eq!(shown(&load(&[("RATE_LIMITS", "off")]).unwrap())["RATE_LIMITS"], "off");
}

#[test]
fn no_proxy_is_trusted_unless_it_is_named() {
    let address = |text: &str| text.parse::<std::net::IpAddr>().unwrap();
    let config = load(&[]).unwrap();
    assert!(!config.proxies.trusted.trust(address("127.0.0.1")));
    assert_eq!(shown(&config)["TRUSTED_PROXIES"], "none");
    let config = load(&[("TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8"), ("OFEKTOM_PROXY_HEADER", "forwarded")]).unwrap();
    assert!(config.proxies.trusted.trust(address("10.9.9.9")) && !config.proxies.trusted.trust(address("11.0.0.1")));
    assert_eq!(shown(&config)["TRUSTED_PROXIES"], "127.0.0.1/32, 10.0.0.0/8");
    assert!(load(&[("TRUSTED_PROXIES", "")]).is_ok());
}
