//! The query string, checked field by field.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::json::field_error;
use crate::problem::Problem;
use crate::wire::{Check, Checks};

/// A query, checked: what the handler gets are its domain values.
#[derive(Debug)]
pub struct ApiQuery<Q: Check>(pub Q::Output);

impl<Q: Check + 'static> FromRequest for ApiQuery<Q> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(query_of::<Q>(request.query_string()).map(Self))
    }
}

fn query_of<Q: Check>(query: &str) -> Result<Q::Output, Problem> {
    let read = serde_urlencoded::from_str::<Q>(query);
    let query = read.map_err(|error| Problem::validation(vec![field_error("", &error.to_string())]))?;
    Checks::run_request(query)
}

#[cfg(test)]
mod tests {
    use ofektom_domain::page::PageRequest;
    use serde::Deserialize;

    use super::*;
    use crate::wire::{CursorIn, LimitIn, TotalIn, page_of};

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Query {
        limit: Option<LimitIn>,
        cursor: Option<CursorIn>,
        total: Option<TotalIn>,
    }

    impl Check for Query {
        type Output = PageRequest;

        fn check(self, checks: &mut Checks) -> Option<PageRequest> {
            page_of(checks, self.limit, self.cursor, self.total)
        }
    }

    fn refused(query: &str) -> Vec<(String, &'static str)> {
        let problem = query_of::<Query>(query).unwrap_err();
        assert_eq!(problem.kind.status, 422);
        problem.errors.into_iter().map(|error| (error.field, error.code)).collect()
    }

    #[test]
    fn queries_are_checked_like_bodies() {
        assert_eq!(query_of::<Query>("").unwrap().limit, 20);
        assert_eq!(query_of::<Query>("limit=5").unwrap().limit, 5);
        assert_eq!(refused("limit=101&cursor=%20"), [("limit".into(), "out_of_range"), ("cursor".into(), "format")]);
        assert_eq!(refused("colour=red"), [("colour".into(), "unknown_field")]);
        assert_eq!(refused("limit=1&limit=2"), [("limit".into(), "duplicate")]);
    }
}
