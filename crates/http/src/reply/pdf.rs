//! Papers: printed off the threads that answer, a few at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, VARY};
use ofektom_paper::Paper;
use tokio::sync::Semaphore;

use super::etag::CACHEABLE;
use crate::problem::{ApiResult, Problem, kind};

/// Papers printed at once.
const PRESSES: usize = 2;
/// Papers that are printed or wait for it; one more is refused.
const PAPERS_MAX: usize = 32;

/// Prints papers.
#[derive(Clone, Debug)]
pub struct Printer {
    presses: Arc<Semaphore>,
    papers: Arc<AtomicUsize>,
}

impl Default for Printer {
    fn default() -> Self {
        Self { presses: Arc::new(Semaphore::new(PRESSES)), papers: Arc::default() }
    }
}

/// A paper that is printed or waits for it, until this is dropped.
struct Turn(Arc<AtomicUsize>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Printer {
    /// 200 with a paper as a file.
    ///
    /// # Errors
    /// 503 when too many wait; a defect, when it cannot be printed.
    pub async fn answer(&self, name: &str, paper: Paper) -> ApiResult {
        let waiting = self.papers.fetch_add(1, Ordering::Relaxed);
        let turn = Turn(Arc::clone(&self.papers));
        if waiting >= PAPERS_MAX {
            return Err(Problem::new(kind::OVERLOADED).retry_after(1));
        }
        let press = Arc::clone(&self.presses).acquire_owned().await.map_err(Problem::internal)?;
        // The turn and the press go along: a client that leaves does not let another one in before this is done.
        let printing = tokio::task::spawn_blocking(move || {
            let printed = ofektom_paper::print(&paper);
            drop((press, turn));
            printed
        });
        let printed = printing.await.map_err(Problem::internal)?.map_err(Problem::internal)?;
        let mut response = HttpResponse::Ok();
        response.insert_header((CONTENT_TYPE, "application/pdf")).insert_header((VARY, "Accept"));
        response.insert_header((CACHE_CONTROL, CACHEABLE));
        response.insert_header((CONTENT_DISPOSITION, format!("inline; filename=\"{name}.pdf\"")));
        Ok(response.body(printed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_queue_that_is_full_is_said_at_once() {
        let printer = Printer::default();
        let answer = printer.answer("a", Paper::default()).await.unwrap();
        assert_eq!(answer.headers().get(CONTENT_TYPE).unwrap(), "application/pdf");
        printer.papers.store(PAPERS_MAX, Ordering::Relaxed);
        let refused = printer.answer("b", Paper::default()).await.unwrap_err();
        assert_eq!((refused.kind.code, refused.retry_after_seconds), ("overloaded", Some(1)));
        assert_eq!(printer.papers.load(Ordering::Relaxed), PAPERS_MAX, "a refused one leaves no trace");
    }
}
