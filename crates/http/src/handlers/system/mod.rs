//! What the server tells about itself.

mod books;
mod caches;
mod docs;
mod health;
mod metrics;
mod problems;
mod root;
mod sign_in;

pub use docs::{docs_file, docs_page, openapi};
pub use health::{HealthView, LiveView, health, livez, readyz};
pub use metrics::{MetricsView, metrics};
pub use problems::{ProblemCatalogueView, ProblemKindView, problem_get, problems_list};
pub use root::{RootView, root};
