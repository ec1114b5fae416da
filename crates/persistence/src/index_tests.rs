//! `docs/DATABASE.md` names each index with what it serves, and no index is there twice.

use std::collections::BTreeMap;

use ofektom_testkit::{Engine, TestDb, run_on};

use crate::schema_tests::{POSTGRES_INDEXES, POSTGRES_PREDICATES, SQLITE_INDEXES, SQLITE_PREDICATES, facts};

const PAGE: &str = include_str!("../../../docs/DATABASE.md");

/// An index as the page has it: its table, its columns and its kind.
type Listed<'a> = BTreeMap<&'a str, (&'a str, &'a str, &'a str)>;

fn listed() -> Listed<'static> {
    let (_, table) = PAGE.split_once("| index | table |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let [index, table, columns, kind, serves, why] = cells.as_slice() else { panic!("{row}") };
        assert!(serves.contains('`') || serves.len() > 3, "{index} serves no function");
        assert!(!why.is_empty(), "{index} has no reason");
        (*index, (*table, *columns, *kind))
    })
    .collect()
}

/// The same of a database, in the words of the page.
async fn there(test: &TestDb) -> BTreeMap<String, String> {
    let sql = if test.engine == Engine::Postgres { POSTGRES_INDEXES } else { SQLITE_INDEXES };
    let all = facts(test, sql).await.into_iter();
    all.filter(|(index, _)| !index.ends_with(" primary key")).collect()
}

fn the_page_is_right(engine: Engine) {
    run_on(engine, async |test: TestDb| {
        let said = listed().into_iter().map(|(index, (table, columns, kind))| {
            let word =
                |word: &str| if kind.split(' ').any(|part| part == word) { format!("{word} ") } else { String::new() };
            let composite = if columns.contains(',') { "composite" } else { "single" };
            assert!(kind.ends_with(composite), "{index} is {composite}");
            (index.to_owned(), format!("{table}: {}{}{columns}", word("unique"), word("partial")))
        });
        assert_eq!(said.collect::<BTreeMap<_, _>>(), there(&test).await);
    });
}

#[test]
fn each_index_of_postgres_is_named_with_what_it_serves() {
    the_page_is_right(Engine::Postgres);
}

#[test]
fn each_index_of_sqlite_is_named_with_what_it_serves() {
    the_page_is_right(Engine::Sqlite);
    assert!(listed().len() >= 40);
}

/// The functions that the page names are there.
#[test]
fn what_is_served_is_in_the_code() {
    let code = code_under(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    let (_, table) = PAGE.split_once("| index | table |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    for row in table.lines().skip(2) {
        let serves = row.split('|').nth(5).unwrap();
        let first = serves.split('`').nth(1).unwrap();
        assert!(code.contains(&format!("fn {first}(")) || code.contains(&format!("fn {first}<")), "{first} of {row}");
    }
}

fn code_under(folder: &std::path::Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { code_under(&path) } else { std::fs::read_to_string(path).unwrap() }).collect()
}

fn none_is_the_beginning_of_another(engine: Engine) {
    run_on(engine, async move |test: TestDb| {
        let (shapes, predicates) = match engine {
            Engine::Postgres => (POSTGRES_INDEXES, POSTGRES_PREDICATES),
            Engine::Sqlite => (SQLITE_INDEXES, SQLITE_PREDICATES),
        };
        let (shapes, conditions) = (facts(&test, shapes).await, facts(&test, predicates).await);
        let parts = |index: &String| {
            let (table, shape) = shapes[index].split_once(": ").unwrap();
            let columns = shape.trim_start_matches("unique ").trim_start_matches("partial ");
            (table, conditions.get(index), format!("{columns},"), shape.starts_with("unique"))
        };
        for one in shapes.keys() {
            let (table, condition, columns, unique) = parts(one);
            for other in shapes.keys().filter(|other| *other != one) {
                let (of, when, more, _) = parts(other);
                let beginning = table == of && condition == when && more.starts_with(&columns);
                assert!(unique || !beginning, "{one} is the beginning of {other}");
            }
        }
    });
}

#[test]
fn no_index_of_postgres_is_there_twice() {
    none_is_the_beginning_of_another(Engine::Postgres);
}

#[test]
fn no_index_of_sqlite_is_there_twice() {
    none_is_the_beginning_of_another(Engine::Sqlite);
}
