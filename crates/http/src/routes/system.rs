//! The server's own routes.

use super::Row;
use crate::handlers::system::{
    HealthView, LiveView, MetricsView, ProblemCatalogueView, ProblemKindView, RootView, docs_file, docs_page, health,
    livez, metrics, openapi, problem_get, problems_list, readyz, root,
};
use crate::limits::RateClass;
use crate::problem::kind;

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::get("/", "root", root).public().kept(60, 60).summary("What this is").gives::<RootView>(200),
        Row::get("/health", "health", health)
            .public()
            .counted_as(RateClass::Unlimited)
            // Whoever asks often asks the parts once a second.
            .kept(1, 0)
            .summary("The state of the server and its parts")
            .gives::<HealthView>(200),
        Row::get("/livez", "livez", livez)
            .public()
            .counted_as(RateClass::Unlimited)
            .summary("Whether the process runs")
            .gives::<LiveView>(200),
        Row::get("/readyz", "readyz", readyz)
            .public()
            .counted_as(RateClass::Unlimited)
            .summary("Whether the server can work")
            .gives::<LiveView>(200)
            .refuses(&[kind::UNAVAILABLE]),
        Row::get("/metrics", "metrics", metrics)
            .public()
            .counted_as(RateClass::Unlimited)
            .summary("Counters: JSON, or by Accept in the text formats of Prometheus and OpenMetrics")
            .gives::<MetricsView>(200)
            .gives_also("text/plain")
            .gives_also("application/openmetrics-text"),
        Row::get("/openapi.json", "openapi", openapi)
            .public()
            .kept(3_600, 300)
            .summary("This document")
            .gives_also("application/json"),
        Row::get("/docs", "docs_page", docs_page)
            .public()
            .summary("Leads to the page that shows this document")
            .gives_nothing(308),
        Row::get("/docs/{file:.*}", "docs_file", docs_file)
            .public()
            .kept(3_600, 3_600)
            .summary("The page that shows this document, and its files")
            .gives_also("text/html"),
        Row::get("/problems", "problems_list", problems_list)
            .public()
            .kept(3_600, 3_600)
            .summary("Every kind of problem that the API may answer with")
            .gives::<ProblemCatalogueView>(200),
        Row::get("/problems/{code}", "problem_get", problem_get)
            .public()
            .kept(3_600, 3_600)
            .summary("One kind of problem; the `type` of a problem document leads here")
            .gives::<ProblemKindView>(200),
    ]
}
