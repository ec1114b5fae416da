//! Which engine a database URL names. An unknown scheme is an error, never a silent SQLite.

use std::path::PathBuf;

use super::error::DbError;

/// The two engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// PostgreSQL, for several instances on one database.
    Postgres,
    /// SQLite in a file, for one instance with nothing to set up.
    Sqlite,
}

impl Engine {
    /// `postgres` or `sqlite`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Sqlite => "sqlite",
        }
    }

    /// The engine of a database URL: `postgres://…`, `postgresql://…`, `sqlite:…`, or the path of a SQLite file
    /// (with a `/`, or ending in `.db`, `.sqlite` or `.sqlite3`).
    ///
    /// # Errors
    /// [`DbError::Url`] for any other scheme, for SQLite in memory (its connections would not share it) and for
    /// SQLite options after a `?`.
    pub fn of_url(url: &str) -> Result<Self, DbError> {
        match parse(url)? {
            Target::Postgres => Ok(Self::Postgres),
            Target::Sqlite(_) => Ok(Self::Sqlite),
        }
    }
}

/// What a URL points at.
pub(super) enum Target {
    Postgres,
    Sqlite(PathBuf),
}

pub(super) fn parse(url: &str) -> Result<Target, DbError> {
    let scheme = url.split_once(':').map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
    match scheme {
        Some((scheme, rest)) if scheme == "postgres" || scheme == "postgresql" => {
            if rest.starts_with("//") {
                Ok(Target::Postgres)
            } else {
                Err(refused("must start with postgres://"))
            }
        }
        Some((scheme, rest)) if scheme == "sqlite" => file(rest.strip_prefix("//").unwrap_or(rest)),
        Some((scheme, _)) if !scheme.contains(['/', '.']) => {
            Err(refused(&format!("has the unknown scheme {scheme:?}; use sqlite: or postgres:")))
        }
        _ if looks_like_a_file(url) => file(url),
        _ => Err(refused("is neither a postgres:// URL nor a sqlite: URL nor the path of a .db file")),
    }
}

fn looks_like_a_file(path: &str) -> bool {
    path.contains('/') || [".db", ".sqlite", ".sqlite3"].iter().any(|ending| path.ends_with(ending))
}

fn file(path: &str) -> Result<Target, DbError> {
    if path.is_empty() || path.ends_with('/') {
        return Err(refused("names no file"));
    }
    if path.starts_with(':') {
        return Err(refused("names SQLite in memory, which is not supported; use a file"));
    }
    if path.contains('?') {
        return Err(refused("has options after a '?', which SQLite files do not take"));
    }
    Ok(Target::Sqlite(PathBuf::from(path)))
}

fn refused(why: &str) -> DbError {
    DbError::Url(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines() {
        for url in ["postgres://u:p@h/db", "postgresql://h/db", "POSTGRES://h/db"] {
            assert_eq!(Engine::of_url(url).unwrap(), Engine::Postgres, "{url}");
        }
        for url in
            ["sqlite:data/a.db", "sqlite://data/a.db", "sqlite:///var/a", "./data/a", "/a/b", "a.db", "x.sqlite3"]
        {
            assert_eq!(Engine::of_url(url).unwrap(), Engine::Sqlite, "{url}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for url in [
            "",
            "data",
            "mysql://h/db",
            "postgress://h/db",
            "postgres:h",
            "redis://h",
            "sqlite:",
            "sqlite::memory:",
            ":memory:",
            "sqlite:a.db?mode=ro",
            "file:a.db",
            "data/",
            "http://h/a.db",
        ] {
            assert!(matches!(Engine::of_url(url), Err(DbError::Url(_))), "{url}");
        }
    }
}
