//! What the two engines spell differently in the statements that fill the database.

use ofektom_testkit::Engine;

/// 1 January 2025 in UTC, in milliseconds: when everything begins.
pub const BEGIN_MS: i64 = 1_735_689_600_000;

/// A kind of ids, so that the ids of two things never meet: its number, and the milliseconds from one id to the next.
#[derive(Clone, Copy)]
pub struct Kind(u8, i64);

impl Kind {
    pub const BUSINESS: Self = Self(1, 1_000);
    pub const UNIT: Self = Self(2, 1_000);
    pub const USER: Self = Self(3, 1_000);
    pub const CARD: Self = Self(4, 1_000);
    pub const CONTRIBUTION: Self = Self(5, 86_400);
    pub const ENTRY: Self = Self(6, 86_400);
    pub const AUDIT: Self = Self(7, 86_400);
    pub const COMMISSION: Self = Self(8, 1_000);
    pub const REQUEST: Self = Self(9, 1_000);
    pub const SESSION: Self = Self(10, 1_000);
    pub const NOTIFICATION: Self = Self(11, 1_000);
    pub const ROUND: Self = Self(12, 1_000);
    pub const INVITATION: Self = Self(13, 1_000);
    pub const IMPORT: Self = Self(14, 1_000);
    pub const BANK_ACCOUNT: Self = Self(15, 1_000);
}

#[derive(Clone, Copy)]
pub struct Dialect(pub Engine);

impl Dialect {
    /// `INSERT INTO table (columns) SELECT values` for `n` from 0 to `count` less one.
    pub fn insert(self, (table, columns): (&str, &str), count: u32, values: &str) -> String {
        match self.0 {
            Engine::Postgres => format!(
                "INSERT INTO {table} ({columns}) SELECT {values} FROM generate_series(0::bigint, {count} - 1) AS s (n);"
            ),
            Engine::Sqlite => format!(
                "WITH RECURSIVE s (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {count} - 1)
                 INSERT INTO {table} ({columns}) SELECT {values} FROM s;"
            ),
        }
    }

    /// The id of the thing with a number, which is an expression.
    pub fn id(self, kind: Kind, n: &str) -> String {
        let Kind(number, step_ms) = kind;
        let ms = format!("({BEGIN_MS} + CAST({n} AS bigint) * {step_ms})");
        match self.0 {
            Engine::Postgres => format!(
                "(lpad(to_hex({ms}::bigint), 12, '0') || '70{number:02x}8000' || lpad(to_hex(({n})::bigint), 12, '0'))::uuid"
            ),
            Engine::Sqlite => format!("unhex(printf('%012x70{number:02x}8000%012x', {ms}, ({n})))"),
        }
    }

    /// The same id as the program has it.
    pub fn uuid(kind: Kind, n: i64) -> uuid::Uuid {
        let Kind(number, step_ms) = kind;
        let ms = BEGIN_MS + n * step_ms;
        format!("{ms:012x}70{number:02x}8000{n:012x}").parse().unwrap()
    }

    /// The nil id.
    pub const fn nil(self) -> &'static str {
        match self.0 {
            Engine::Postgres => "'00000000-0000-0000-0000-000000000000'::uuid",
            Engine::Sqlite => "zeroblob(16)",
        }
    }

    /// So many seconds after the beginning.
    pub fn at(self, seconds: &str) -> String {
        match self.0 {
            Engine::Postgres => format!("to_timestamp({} + CAST({seconds} AS bigint))", BEGIN_MS / 1_000),
            Engine::Sqlite => format!("({} + ({seconds})) * 1000000", BEGIN_MS / 1_000),
        }
    }

    /// So many days after 1 January 2025.
    pub fn day(self, days: &str) -> String {
        match self.0 {
            Engine::Postgres => format!("(date '2025-01-01' + ({days})::integer)"),
            Engine::Sqlite => format!("date('2025-01-01', '+' || ({days}) || ' days')"),
        }
    }

    /// So many milliseconds after the beginning.
    pub fn at_ms(self, ms: &str) -> String {
        match self.0 {
            Engine::Postgres => format!("to_timestamp(({BEGIN_MS} + ({ms})) / 1000.0)"),
            Engine::Sqlite => format!("({BEGIN_MS} + ({ms})) * 1000"),
        }
    }

    /// `count` bytes that begin with a number.
    pub fn bytes(self, n: &str, count: usize) -> String {
        let digits = count * 2;
        match self.0 {
            Engine::Postgres => format!("decode(lpad(to_hex(({n})::bigint), {digits}, '0'), 'hex')"),
            Engine::Sqlite => format!("unhex(printf('%0{digits}x', ({n})))"),
        }
    }

    /// Bytes from their digits.
    pub fn hex(self, digits: &str) -> String {
        match self.0 {
            Engine::Postgres => format!("'\\x{digits}'::bytea"),
            Engine::Sqlite => format!("x'{digits}'"),
        }
    }

    pub fn json(self, text: &str) -> String {
        match self.0 {
            Engine::Postgres => format!("'{text}'::jsonb"),
            Engine::Sqlite => format!("'{text}'"),
        }
    }

    pub const fn yes(self) -> &'static str {
        match self.0 {
            Engine::Postgres => "true",
            Engine::Sqlite => "1",
        }
    }

    /// A number as text, with zeros in front.
    pub fn padded(self, n: &str, digits: usize) -> String {
        match self.0 {
            Engine::Postgres => format!("lpad(({n})::text, {digits}, '0')"),
            Engine::Sqlite => format!("printf('%0{digits}d', ({n}))"),
        }
    }
}
