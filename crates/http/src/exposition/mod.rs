//! What the server tells of itself, in the text formats of Prometheus and OpenMetrics.
//!
//! Everything is gathered first, then written by a thread that may take its time. `docs/OBSERVABILITY.md` explains each
//! metric; a test holds that page against what a server tells.

mod books;
mod caches;
mod contributions;
mod database;
mod page;
mod process;
mod redis;
mod requests;
mod sign_in;

use std::fmt;

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT;
use ofektom_app::MaturityStatus;
use ofektom_auth::{HasherStats, LockoutStats, VerifiedStats};
use ofektom_cache::CachesStats;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, prometheus_text, text};
use prometheus_client::registry::Registry;

use self::page::Page;
use crate::meters::RequestsMeasured;
use crate::probe::{
    BooksStatus, FeedStatus, PoolStatus, ProcessStatus, QueueStatus, ReplicaStatus, SealingStatus, WriterMeasured,
};
use crate::reply::ranked;
use crate::response_cache::ResponseCacheStatus;

/// A format of what is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The document that is given when nothing else is wanted more.
    Json,
    /// One for machines that measure.
    Text(TextFormat),
}

impl Format {
    const OTHERS: &[Self] = &[Self::Text(TextFormat::Prometheus), Self::Text(TextFormat::OpenMetrics)];

    /// What a request wants most.
    pub fn wanted(request: &HttpRequest) -> Self {
        let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
        Self::wanted_by(accept)
    }

    fn wanted_by(accept: &str) -> Self {
        ranked(accept, Self::Json, Self::OTHERS, Self::ranges)
    }

    const fn ranges(self) -> &'static [&'static str] {
        match self {
            Self::Json => &["application/json", "application/*", "*/*"],
            Self::Text(TextFormat::Prometheus) => &["text/plain", "text/*"],
            Self::Text(TextFormat::OpenMetrics) => &["application/openmetrics-text"],
        }
    }
}

/// A format of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFormat {
    /// Of Prometheus, version 0.0.4.
    Prometheus,
    /// OpenMetrics 1.0.
    OpenMetrics,
}

impl TextFormat {
    /// The media type, with its version.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Prometheus => prometheus_text::CONTENT_TYPE,
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// All that is told, as it was gathered.
#[derive(Debug)]
pub struct Exposition {
    pub requests: RequestsMeasured,
    pub pool: PoolStatus,
    pub replica: Option<ReplicaStatus>,
    pub queue: QueueStatus,
    pub writer: WriterMeasured,
    pub caches: CachesStats,
    pub tokens: VerifiedStats,
    pub feed: Option<FeedStatus>,
    pub responses: ResponseCacheStatus,
    pub hashing: HasherStats,
    pub lockouts: LockoutStats,
    pub maturity: MaturityStatus,
    pub sealing: Option<SealingStatus>,
    pub books: BooksStatus,
    pub process: ProcessStatus,
}

impl Exposition {
    /// Writes it down.
    pub fn written(self, format: TextFormat) -> Result<String, fmt::Error> {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(self));
        let mut text = String::new();
        match format {
            TextFormat::Prometheus => prometheus_text::encode(&mut text, &registry)?,
            TextFormat::OpenMetrics => text::encode(&mut text, &registry)?,
        }
        Ok(text)
    }
}

impl Collector for Exposition {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let page = &mut Page(&mut encoder);
        requests::write(page, &self.requests, &self.responses)?;
        contributions::write(page, &self.queue, &self.writer)?;
        database::write(page, &self.pool, self.replica.as_ref())?;
        caches::write(page, &self.caches, self.tokens, self.feed.as_ref())?;
        redis::write(page, &self.caches.redis)?;
        sign_in::write(page, self.hashing, self.lockouts)?;
        books::write(page, &self.books, (self.sealing.as_ref(), self.maturity))?;
        process::write(page, &self.process)
    }
}

#[cfg(test)]
mod tests;
