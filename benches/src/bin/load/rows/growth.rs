//! P9: what a hundred times as many markings cost the reads.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::drive::{Span, closed_loop};
use crate::figures::{doubts, grouped, millis, sound, times};
use crate::ground::{Bench, Engine, reading_in_turn};
use crate::measured::{Measured, median, ratio};
use crate::report::{Row, Series, step};
use crate::server::{SECRET_KEY, Server, Setting};
use crate::stage::{Hand, text};

/// Rows of a page of the lists.
const PAGE: u64 = 20;
/// The page that is deep; in the small set the last full one is taken.
const DEEP_PAGE: u64 = 10_000;
/// Who owns the largest business of `ofektom demo --scale`.
const OWNER: &str = "+2348050000000";
const PASSPHRASE: &str = "market day at noon";
const BAR: u64 = 1_200;

/// How long a server may take to read its books.
const BOOKS_MAX: Duration = Duration::from_mins(20);

/// What is read, and how.
const READS: [&str; 3] = ["page 1", "deep page", "card"];

/// One size of the data: a server on it, and what is read there.
struct Size {
    markings: &'static str,
    count: u64,
    server: Server,
    token: String,
    /// In the order of [`READS`]; what is read in turn.
    paths: Vec<Vec<String>>,
    deep_page: u64,
    _folder: tempfile::TempDir,
}

/// Measures the row on each engine.
pub(super) async fn measure(bench: &mut Bench) -> Result<()> {
    let sizes: &[(&str, u64)] = if bench.quick {
        &[("1k", 1_000), ("10k", 10_000)]
    } else {
        &[("100k", 100_000), ("1m", 1_000_000), ("10m", 10_000_000)]
    };
    for engine in bench.engines.clone() {
        let mut all = Vec::new();
        for (markings, count) in sizes {
            all.push(Size::make(bench, engine, (markings, *count)).await?);
        }
        // A token lives for minutes, and making the larger ones took longer.
        for size in &mut all {
            size.token = signed_in(&mut Hand::open(size.server.address).await?).await?;
        }
        // By size, by read.
        let mut runs: Vec<Vec<Vec<Measured>>> = all.iter().map(|_| READS.map(|_| Vec::new()).to_vec()).collect();
        for round in 1..=bench.rounds() {
            step(format_args!("{}: reads by size, round {round} of {}", engine.name(), bench.rounds()));
            for (size, of_size) in all.iter().zip(&mut runs) {
                for (paths, of_read) in size.paths.iter().zip(of_size) {
                    of_read.push(size.read(bench, paths).await?);
                }
            }
        }
        report(bench, engine, &all, &runs);
    }
    Ok(())
}

fn report(bench: &mut Bench, engine: Engine, all: &[Size], runs: &[Vec<Vec<Measured>>]) {
    for (number, read) in READS.iter().enumerate() {
        let of_read: Vec<&Vec<Measured>> = runs.iter().filter_map(|of_size| of_size.get(number)).collect();
        let medians: Vec<u64> = of_read.iter().map(|runs| median(runs.iter().map(Measured::median))).collect();
        let points = all.iter().map(|size| size.count).zip(medians.iter().copied()).collect();
        let name = format!("{}, {read}", engine.name());
        bench.report.add_series(Series { plot: "size".to_owned(), name, points });
        let (small, large) = (medians.first().copied().unwrap_or(0), medians.last().copied().unwrap_or(0));
        let (least, most) = (all.first(), all.last());
        let markings = |size: Option<&Size>| size.map_or("", |size| size.markings);
        let mut notes = doubts(of_read.iter().copied().flatten());
        if *read == "deep page" {
            let page = |size: Option<&Size>| size.map_or(0, |size| size.deep_page);
            notes.push(format!("page {} against page {}", grouped(page(most)), grouped(page(least))));
        }
        let found = ratio(large, small);
        bench.add(Row {
            name: format!("P9 {read}, {}", engine.name()),
            work: format!("{} markings (median)", markings(most)),
            against: format!("{} markings (median)", markings(least)),
            figures: format!("{} against {}", millis(large), millis(small)),
            ratio: times(found),
            bar: format!("≤ {}", times(BAR)),
            met: found <= BAR && sound(of_read.iter().copied().flatten()),
            notes,
            circumstances: None,
        });
    }
}

impl Size {
    async fn make(bench: &Bench, engine: Engine, (markings, count): (&'static str, u64)) -> Result<Self> {
        step(format_args!("{}: ofektom demo --scale {markings}", engine.name()));
        let folder = tempfile::Builder::new().prefix("ofektom-load-").tempdir()?;
        let url = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(bench.cluster()?.database(&format!("load_{markings}"), None).await?),
        };
        let mut demo = Command::new(&bench.program);
        demo.args(["demo", "--scale", markings]).env_clear().stdin(Stdio::null()).stdout(Stdio::null());
        demo.env("OFEKTOM_DATA", folder.path()).env("SECRET_KEY", SECRET_KEY).env("LOG", "warn");
        if let Some(url) = &url {
            demo.env("DATABASE_URL", url);
        }
        let started = Instant::now();
        if !demo.status()?.success() {
            bail!("the demo failed");
        }
        step(format_args!("made in {} s", started.elapsed().as_secs()));
        if let Some(url) = &url {
            // As autovacuum has done on a server that grew to this size.
            crate::postgres::connect(url).await?.batch_execute("VACUUM ANALYZE").await?;
        }
        let setting = Setting {
            program: &bench.program,
            folder: folder.path(),
            database_url: url.as_deref(),
            redis_port: None,
            // The database is to answer.
            copies: false,
        };
        let server = Server::start(&setting).await?;
        // A server that starts reads its books, which keeps a core busy for a while where nobody ever closed a round.
        let started = Instant::now();
        while server.metrics().await?.get("books").is_none_or(Value::is_null) {
            if started.elapsed() > BOOKS_MAX {
                bail!("the server does not come to an end of its books");
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        step(format_args!("its books were read after {} s", started.elapsed().as_secs()));
        let mut hand = Hand::open(server.address).await?;
        let token = signed_in(&mut hand).await?;
        let (paths, deep_page) = paths(&mut hand, &token).await?;
        Ok(Self { markings, count, server, token, paths, deep_page, _folder: folder })
    }

    /// One connection reads one thing after the other, so that what is measured is what it costs.
    async fn read(&self, bench: &Bench, paths: &[String]) -> Result<Measured> {
        let span = if bench.quick {
            bench.span()
        } else {
            Span { warm_up: Duration::from_secs(1), measured: Duration::from_secs(3) }
        };
        closed_loop(self.server.address, span, vec![reading_in_turn(paths.to_vec(), self.token.clone())]).await
    }
}

/// The owner signs in.
async fn signed_in(hand: &mut Hand) -> Result<String> {
    let credentials = json!({ "phone": OWNER, "secret": PASSPHRASE });
    let tokens = hand.ask("POST", "/api/v1/auth/login", "", &credentials).await?;
    text(&tokens, "access_token")
}

/// The first page of the contributions of the largest business, a deep one, cards; and which page the deep one is.
async fn paths(hand: &mut Hand, token: &str) -> Result<(Vec<Vec<String>>, u64)> {
    let business = hand.ask("GET", "/api/v1/businesses", token, &Value::Null).await?;
    let business = business.pointer("/items/0").or_else(|| business.pointer("/0")).context("no business")?;
    let business = text(business, "id")?;
    let list = format!("/api/v1/contributions?business_id={business}");
    let (mut deep, mut rows) = (String::new(), 0);
    while rows < (DEEP_PAGE - 1) * PAGE {
        let page = hand.ask("GET", &format!("{list}&limit=100{deep}"), token, &Value::Null).await?;
        let Some(after) = cursor(&page) else { break };
        deep = after;
        rows += 100;
    }
    let cards = cards(hand, token, &business).await?;
    let paths = vec![vec![format!("{list}&limit={PAGE}")], vec![format!("{list}&limit={PAGE}{deep}")], cards];
    Ok((paths, rows / PAGE + 1))
}

/// What asks for the page after this one, if there is one.
fn cursor(page: &Value) -> Option<String> {
    page.get("next_cursor").and_then(Value::as_str).map(|cursor| format!("&cursor={cursor}"))
}

/// Cards of a business, far from each other: of each page of the list one, and in a small business all.
async fn cards(hand: &mut Hand, token: &str, business: &str) -> Result<Vec<String>> {
    let list = format!("/api/v1/savings?business_id={business}&limit=100");
    let (mut cards, mut after) = (Vec::new(), Some(String::new()));
    while let Some(cursor_of_page) = after {
        let page = hand.ask("GET", &format!("{list}{cursor_of_page}"), token, &Value::Null).await?;
        let items = page.get("items").and_then(Value::as_array).context("no cards")?;
        for (place, card) in (0_u64..).zip(items) {
            cards.push((place, format!("/api/v1/savings/{}", text(card, "id")?)));
        }
        after = cursor(&page);
    }
    // Neighbours on a page come long after each other.
    cards.sort_unstable();
    Ok(cards.into_iter().map(|(_, card)| card).collect())
}
