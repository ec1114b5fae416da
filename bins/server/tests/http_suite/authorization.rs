//! Who may call what: every route, for every caller, in his own business and in a foreign one. The golden file beside this
//! one holds what real requests were answered; `UPDATE_GOLDEN=1` writes it anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use ofektom_http::{Row, table};
use ofektom_testkit::{Engine, Reply, TestDb, run_on};

use crate::calls::{call, cases, operations};
use crate::cast::{Caller, Cast};

const GOLDEN: &str = "tests/http_suite/authorization.txt";

const HEAD: &str = "\
# What each route answers to each caller: the status, and the code of the problem. Made by authorization.rs from the table
# of routes with real requests; UPDATE_GOLDEN=1 cargo xtask test --test http_suite authorization writes it anew.
# The things asked for belong to the business of agent, admin, sub-agent, customer and other customer, and where they
# belong to a customer, to `customer`. A foreign person has his role in another business.
";

#[test]
fn the_matrix_is_as_agreed() {
    run_on(Engine::Sqlite, |db| async {
        let matrix = matrix(db).await;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &matrix).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_default();
        let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (golden.lines().collect(), matrix.lines().collect());
        let gone: Vec<_> = old.difference(&new).collect();
        let come: Vec<_> = new.difference(&old).collect();
        assert!(golden == matrix, "{GOLDEN} is not what the server does\nonly in the file: {gone:#?}\nnew: {come:#?}");
    });
}

#[test]
fn every_route_has_its_calls_and_every_call_its_route() {
    let routes: BTreeSet<&str> = table().iter().map(|row| row.operation).collect();
    assert_eq!(operations().collect::<BTreeSet<_>>(), routes);
    assert_eq!(routes.len(), table().len(), "an operation has two routes");
}

async fn matrix(db: TestDb) -> String {
    let cast = Cast::assemble(db).await;
    let mut lines = vec![titles()];
    for row in table() {
        for case in cases(row.operation) {
            let mut line = vec![name(row, case)];
            for caller in Caller::ALL {
                let call = call(&cast, row, case, caller).await;
                line.push(cell(row, &call.send(&cast, row, cast.person(caller)).await));
            }
            lines.push(line);
        }
    }
    layout(&lines)
}

fn titles() -> Vec<String> {
    let callers = Caller::ALL.into_iter().map(|caller| caller.title().to_owned());
    std::iter::once("route".to_owned()).chain(callers).collect()
}

fn name(row: &Row, case: &str) -> String {
    let case = if case.is_empty() { String::new() } else { format!(" ({case})") };
    format!("{} {}{case}", row.method, row.path_template())
}

fn cell(row: &Row, reply: &Reply) -> String {
    if reply.status < 400 {
        return reply.status.to_string();
    }
    let problem = reply.json();
    let code = problem["code"].as_str().unwrap_or_else(|| panic!("{}: not a problem: {}", row.path, reply.text()));
    assert!(reply.status < 500, "{} {}: {problem}", row.method, row.path);
    format!("{} {code}", reply.status)
}

/// Columns as wide as their widest cell.
fn layout(lines: &[Vec<String>]) -> String {
    let width = |column: usize| lines.iter().map(|line| line[column].len()).max().unwrap();
    let widths: Vec<usize> = (0..lines[0].len()).map(width).collect();
    let mut text = HEAD.to_owned();
    for line in lines {
        let cells: Vec<String> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(text, "{}", cells.join(" | ").trim_end()).unwrap();
    }
    text
}
