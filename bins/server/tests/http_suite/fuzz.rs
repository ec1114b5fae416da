//! The OpenAPI document against the server: a validator reads the document, and schemathesis makes requests by it, good and
//! bad ones, and compares every answer with what the document promises. Every operation is called on things that exist,
//! made as for the authorization matrix.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ofektom_http::{Access, Row, openapi_json, table};
use ofektom_testkit::{Person, TestDb, on_both_engines};
use tempfile::TempDir;
use tokio::task::block_in_place;

use crate::calls::{Call, call, cases};
use crate::cast::{Caller, Cast};

const TOOLS_VARIABLE: &str = "OFEKTOM_TEST_PYTHON_TOOLS";
/// Requests made up for each operation, beside those at the edges of its schema.
const EXAMPLES_PER_OPERATION: &str = "10";
/// Seconds for one answer.
const REQUEST_TIME_OUT: &str = "10";

/// Left out, each for a reason:
/// - `positive_data_acceptance`: a schema cannot say that a day is not over yet or that a name has no control characters;
///   such requests get their documented 422.
/// - `ensure_resource_availability`, `use_after_free`: the calls are made on things chosen beforehand, not on what the
///   fuzzer made.
const CHECKS_LEFT_OUT: &str = "positive_data_acceptance,ensure_resource_availability,use_after_free";

#[test]
fn the_document_passes_a_validator() {
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("openapi.json");
    std::fs::write(&document, openapi_json()).unwrap();
    let output = Command::new(tool("openapi-spec-validator")).arg("--schema=3.1").arg(&document).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

on_both_engines!(every_answer_is_documented);

async fn every_answer_is_documented(db: TestDb) {
    let cast = Cast::assemble(db).await;
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("schemathesis.toml");
    std::fs::write(&config, configuration(&cast).await).unwrap();
    let output = block_in_place(|| fuzz(&cast, &folder, &config));
    assert!(output.status.success(), "{}", said(&output));
}

fn fuzz(cast: &Cast, folder: &TempDir, config: &Path) -> Output {
    let mut command = Command::new(tool("schemathesis"));
    command.arg("--config-file").arg(config).arg("run").arg(format!("{}/openapi.json", cast.api().url));
    command.args(["--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES_PER_OPERATION]);
    command.args(["--exclude-checks", CHECKS_LEFT_OUT, "--request-timeout", REQUEST_TIME_OUT]);
    // The same requests each time: a failure can be had again.
    command.arg("--generation-deterministic");
    command.args(["--continue-on-failure", "--no-shrink", "--no-color", "--warnings", "off"]);
    command.current_dir(folder.path()).output().unwrap()
}

/// What each operation is called on, and by whom.
async fn configuration(cast: &Cast) -> String {
    let leaving = cast.api().login(&cast.outsider).await;
    // Without a token for all it would try to find out by itself how one signs up.
    let mut config = headers(&cast.own.agent);
    for row in table() {
        let caller = caller(row);
        let call = call(cast, row, cases(row.operation)[0], caller).await;
        let person = if ends_sessions(row) { Some(&leaving) } else { cast.person(caller) };
        config.push_str(&entry(row, &call, person));
    }
    config
}

fn entry(row: &Row, call: &Call, person: Option<&Person>) -> String {
    let template = row.path_template();
    let names = template.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = names.zip(&call.parts).map(|(name, value)| format!("\"path.{name}\" = {value:?}"));
    let pairs = call.query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    let in_query = pairs.map(|(name, value)| format!("\"query.{name}\" = {value:?}"));
    let parameters = in_path.chain(in_query).collect::<Vec<_>>().join(", ");
    let headers = person.map(headers).unwrap_or_default();
    // A bulk answers 200 with a problem for each item that is not acceptable.
    let checks = if row.operation == "contributions_post_bulk" {
        "checks.negative_data_rejection.enabled = false\n"
    } else {
        ""
    };
    format!(
        "\n[[operations]]\ninclude-operation-id = {:?}\nparameters = {{ {parameters} }}\n{headers}{checks}",
        row.operation
    )
}

fn headers(person: &Person) -> String {
    format!("headers = {{ Authorization = \"Bearer {}\" }}\n", person.token)
}

fn caller(row: &Row) -> Caller {
    match row.access {
        Access::Public => Caller::Anonymous,
        _ if row.path.starts_with("/api/v1/admin/") => Caller::SuperAdmin,
        _ => Caller::Agent,
    }
}

/// Whether a successful call ends the session that the next ones need.
fn ends_sessions(row: &Row) -> bool {
    matches!(row.operation, "logout" | "logout_all" | "session_end" | "secret_change")
}

fn tool(name: &str) -> PathBuf {
    let folder = env::var_os(TOOLS_VARIABLE)
        .unwrap_or_else(|| panic!("{TOOLS_VARIABLE} is not set: run `cargo xtask test`, which installs {name}"));
    Path::new(&folder).join(name)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat()).into_owned()
}
