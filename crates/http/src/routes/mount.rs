//! From the table to the framework's router.

use std::collections::BTreeMap;

use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, Scope};

use super::{BASE, Row};
use crate::limits::{Limits, RateClass};
use crate::meters::RouteNumber;
use crate::problem::{Problem, kind};

/// Mounts the rows, and answers for methods that a path does not know.
///
/// The router tries its entries one after the other, so the paths of an area (`/api/v1/savings`) form a scope of their
/// own: a request passes over the other areas by comparing a prefix.
pub fn mount(config: &mut ServiceConfig, rows: &[Row]) {
    // In the order of bytes a fixed part comes before a variable one (`{`), so `join` is not taken for an id.
    let mut areas: BTreeMap<&str, BTreeMap<&str, Vec<Numbered<'_>>>> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        let numbered = (row, RouteNumber::of(place));
        areas.entry(area_of(row.path)).or_default().entry(row.path).or_default().push(numbered);
    }
    for (area, paths) in areas {
        let resources = paths.into_iter().map(|(path, rows)| resource(path.strip_prefix(area).unwrap_or(path), &rows));
        if area.is_empty() {
            resources.for_each(|resource| {
                config.service(resource);
            });
        } else {
            config.service(resources.fold(web::scope(area), Scope::service).default_service(web::to(not_found)));
        }
    }
}

/// A row and its place in the table.
type Numbered<'a> = (&'a Row, Option<RouteNumber>);

/// The base and the first part after it; nothing for the system's own routes.
fn area_of(path: &str) -> &str {
    let Some(rest) = path.strip_prefix(BASE).and_then(|rest| rest.strip_prefix('/')) else { return "" };
    let end = rest.find('/').map_or(path.len(), |at| BASE.len() + 1 + at);
    path.get(..end).unwrap_or(path)
}

fn resource(path: &str, rows: &[Numbered<'_>]) -> Resource {
    let resource = rows.iter().fold(web::resource(path), |resource, (row, number)| resource.route(row.route(*number)));
    let allow = allowed(rows);
    resource.default_service(web::to(move || {
        let problem = Problem { allow: Some(allow.clone()), ..Problem::new(kind::METHOD_NOT_ALLOWED) };
        std::future::ready(HttpResponse::from_error(problem))
    }))
}

fn allowed(rows: &[Numbered<'_>]) -> String {
    let mut methods: Vec<&str> = rows.iter().map(|(row, _)| row.method.as_str()).collect();
    if rows.iter().any(|(row, _)| row.method == Method::GET) {
        methods.push("HEAD");
    }
    methods.sort_unstable();
    methods.join(", ")
}

/// The answer to a path that is in no row. Who looks for some is counted like everybody.
pub async fn not_found(request: HttpRequest) -> HttpResponse {
    if let Some(limits) = request.app_data::<web::Data<Limits>>()
        && let Err(refused) = limits.arrived(&request, RateClass::Usual).await
    {
        return HttpResponse::from_error(refused);
    }
    HttpResponse::from_error(Problem::new(kind::NOT_FOUND).detail("there is no such route"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_the_first_part_after_the_base() {
        assert_eq!(area_of("/api/v1/savings/{id}/schedule"), "/api/v1/savings");
        assert_eq!(area_of("/api/v1/me"), "/api/v1/me");
        assert_eq!(area_of("/health"), "");
        assert_eq!(area_of("/"), "");
    }
}
