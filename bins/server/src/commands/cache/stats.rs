//! `ofektom cache stats`: the counters of a running server.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::commands::fetch::{json_fetch, url_of};
use crate::config::Config;
use crate::output;
use crate::redis_info::RedisInfo;

/// The columns of the table: the field, and what people read.
const COLUMNS: [(&str, &str); 6] = [
    ("memory_hits", "in process"),
    ("redis_hits", "in Redis"),
    ("negative_hits", "none there"),
    ("misses", "misses"),
    ("invalidated", "outdated"),
    ("entries", "entries"),
];

/// Of the server at `url`, or where this configuration would serve.
pub(in crate::commands) async fn run(config: &Config, url: Option<&str>, as_json: bool) -> Result<ExitCode> {
    let url = url.map_or_else(|| url_of(&config.server), str::to_owned);
    let metrics = json_fetch(&url, "/metrics").await?;
    let caches = metrics.get("caches").context("the server tells nothing of caches: it is of an older version")?;
    let redis = match RedisInfo::of(&config.redis) {
        None => "not configured",
        Some(redis) if redis.ask().await.is_some() => "answers",
        Some(_) => "does not answer",
    };
    if as_json {
        let all = json!({ "url": url, "caches": caches, "redis": metrics.get("redis"), "redis_from_here": redis });
        output::line(format_args!("{}", serde_json::to_string_pretty(&all)?));
    } else {
        for line in lines(&url, caches, redis) {
            output::line(format_args!("{line}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The table for people.
fn lines(url: &str, caches: &Value, redis: &str) -> Vec<String> {
    let number = |value: &Value, field: &str| value.get(field).and_then(Value::as_u64).unwrap_or_default();
    let text = |value: &Value, field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let empty = Value::Null;
    let of = |field: &str| caches.get(field).unwrap_or(&empty);
    let (tokens, feed, link) = (of("tokens"), of("change_feed"), of("redis_link"));
    let heard = feed.get("last_heard_milliseconds").and_then(Value::as_u64);
    let mut lines = vec![
        format!("{url}: caches {}; Redis from here: {redis}", text(caches, "mode")),
        format!("tokens: {} remembered, {} computed", number(tokens, "remembered"), number(tokens, "computed")),
        heard.map_or_else(
            || "feed of changes: not heard".to_owned(),
            |heard| format!("feed of changes: {} polls, the last {heard} ms ago", number(feed, "polls")),
        ),
    ];
    if !link.is_null() {
        lines.push(format!(
            "link to Redis: {}, {} commands of reads, {} of the background, {} errors, {} time-outs",
            text(link, "state"),
            number(link, "commands"),
            number(link, "background_commands"),
            number(link, "errors"),
            number(link, "timeouts"),
        ));
    }
    let heads = COLUMNS.iter().map(|(_, head)| format!("{head:>12}"));
    lines.push(format!("{:<20}{}", "copies of", heads.collect::<String>()));
    for kind in of("kinds").as_array().into_iter().flatten() {
        let cells = COLUMNS.iter().map(|(field, _)| format!("{:>12}", number(kind, field)));
        lines.push(format!("{:<20}{}", text(kind, "kind"), cells.collect::<String>()));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_line_for_each_kind() {
        let kind = json!({ "kind": "user", "memory_hits": 12, "misses": 3 });
        let caches = json!({
            "mode": "memory", "tokens": { "remembered": 9, "computed": 2 }, "kinds": [kind], "redis_link": null,
            "change_feed": { "polls": 5, "last_heard_milliseconds": 40 },
        });
        let lines = lines("http://h:1", &caches, "not configured");
        assert_eq!(
            lines.first().map(String::as_str),
            Some("http://h:1: caches memory; Redis from here: not configured")
        );
        let last = lines.last().map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(last.unwrap_or_default(), ["user", "12", "0", "0", "3", "0", "0"]);
        assert_eq!(lines.len(), 5);
    }
}
