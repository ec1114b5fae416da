//! The table of permissions, as people read it.

use std::fmt::Write as _;
use std::path::Path;

use ofektom_domain::permission::{Reach, Role, Verb, reach};

const COLUMNS: [&str; 5] = ["SA", "AG", "AD", "SB", "CU"];

/// `SavingsOpen` as `savings open`.
fn words(verb: Verb) -> String {
    let mut words = String::new();
    for (at, letter) in format!("{verb:?}").char_indices() {
        if letter.is_uppercase() && at > 0 {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

const fn cell(reach: Reach) -> &'static str {
    match reach {
        Reach::Nothing => "-",
        Reach::Own => "own",
        Reach::Business => "yes",
        Reach::PlatformAudited => "read only, audited",
        Reach::Platform => "yes",
    }
}

fn line(name: &str, cells: [&str; 5]) -> String {
    let [sa, ag, ad, sb, cu] = cells;
    format!("| {name:<20} | {sa:<18} | {ag:<3} | {ad:<3} | {sb:<3} | {cu:<3} |\n")
}

#[test]
fn the_table_is_as_agreed() {
    let mut table = line("verb", COLUMNS);
    writeln!(table, "|{:-<22}|{:-<20}|{:-<5}|{:-<5}|{:-<5}|{:-<5}|", "", "", "", "", "", "").unwrap();
    for verb in Verb::ALL {
        table += &line(&words(verb), Role::ALL.map(|role| cell(reach(verb, role))));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/permission_table.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let agreed = std::fs::read_to_string(&path).unwrap();
    assert_eq!(table, agreed, "check it against the agreed table, then run with UPDATE_GOLDEN=1");
}
