//! Which crate may depend on which: the table of `docs/ARCHITECTURE.md` as data.

use anyhow::Result;
use cargo_metadata::{Dependency, DependencyKind, MetadataCommand, Package};

use super::Tree;

/// What one package may use.
struct Rule {
    package: &'static str,
    ours: Ours,
    /// Families of outside crates it must not know: `diesel` also stands for `diesel-async` and `diesel_migrations`.
    /// Its tests may.
    banned: &'static [&'static str],
}

enum Ours {
    All,
    Only(&'static [&'static str]),
}
use Ours::{All, Only};

const TESTKIT: &str = "ofektom-testkit";

const RULES: &[Rule] = &[
    Rule { package: "ofektom-domain", ours: Only(&[]), banned: &["tokio", "diesel", "fred", "actix"] },
    Rule { package: "ofektom-meter", ours: Only(&[]), banned: &["tokio", "diesel", "fred", "actix"] },
    Rule { package: "ofektom-cache", ours: Only(&[]), banned: &["diesel", "actix"] },
    Rule {
        package: "ofektom-auth",
        ours: Only(&["ofektom-domain", "ofektom-cache"]),
        banned: &["diesel", "fred", "actix"],
    },
    Rule {
        package: "ofektom-app",
        ours: Only(&["ofektom-domain", "ofektom-auth", "ofektom-cache"]),
        banned: &["diesel", "fred", "actix"],
    },
    Rule {
        package: "ofektom-persistence",
        ours: Only(&["ofektom-domain", "ofektom-meter"]),
        banned: &["fred", "actix"],
    },
    Rule { package: "ofektom-paper", ours: Only(&[]), banned: &["tokio", "diesel", "fred", "actix"] },
    Rule { package: "ofektom-gateways", ours: Only(&["ofektom-domain"]), banned: &["diesel", "actix"] },
    Rule {
        package: "ofektom-http",
        ours: Only(&[
            "ofektom-domain",
            "ofektom-auth",
            "ofektom-app",
            "ofektom-cache",
            "ofektom-meter",
            "ofektom-paper",
        ]),
        banned: &["diesel", "fred"],
    },
    Rule { package: "ofektom", ours: All, banned: &[] },
    Rule { package: TESTKIT, ours: All, banned: &[] },
    Rule { package: "ofektom-benches", ours: All, banned: &[] },
    Rule { package: "xtask", ours: Only(&[]), banned: &[] },
];

/// Reads `cargo metadata` and holds every direct dependency against the table.
pub fn check(tree: &Tree) -> Result<Vec<String>> {
    let metadata = MetadataCommand::new().current_dir(tree.root()).no_deps().exec()?;
    Ok(metadata.packages.iter().flat_map(package_problems).collect())
}

fn package_problems(package: &Package) -> Vec<String> {
    let name = package.name.as_str();
    let Some(rule) = RULES.iter().find(|rule| rule.package == name) else {
        return vec![format!(
            "package {name} has no rule: add it to the table in docs/ARCHITECTURE.md and to bins/xtask/src/tidy/arrows.rs"
        )];
    };
    package.dependencies.iter().filter_map(|dependency| edge_problem(rule, dependency)).collect()
}

fn edge_problem(rule: &Rule, dependency: &Dependency) -> Option<String> {
    let (from, to) = (rule.package, dependency.name.as_str());
    let for_tests = dependency.kind == DependencyKind::Development;
    if dependency.path.is_some() {
        let allowed = match rule.ours {
            All => true,
            Only(names) => names.contains(&to) || (for_tests && to == TESTKIT),
        };
        return (!allowed).then(|| {
            format!(
                "{from} must not depend on {to}: move the code to the side the arrow allows; a new arrow needs an ADR"
            )
        });
    }
    let family = rule.banned.iter().find(|family| is_of_family(to, family))?;
    (!for_tests)
        .then(|| format!("{from} must not know {family}, but depends on {to}: move that code to a crate that may"))
}

fn is_of_family(name: &str, family: &str) -> bool {
    name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::sample;

    fn problems(manifest: &str) -> Vec<String> {
        let package = |name: &str, rest: &str| {
            format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}")
        };
        let (_dir, tree) = sample(&[
            ("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n"),
            ("crates/persistence/Cargo.toml", &package("ofektom-persistence", "")),
            ("crates/persistence/src/lib.rs", ""),
            ("crates/testkit/Cargo.toml", &package("ofektom-testkit", "")),
            ("crates/testkit/src/lib.rs", ""),
            ("crates/subject/Cargo.toml", manifest),
            ("crates/subject/src/lib.rs", ""),
        ]);
        check(&tree).unwrap()
    }

    fn domain_with(rest: &str) -> Vec<String> {
        problems(&format!("[package]\nname = \"ofektom-domain\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}"))
    }

    #[test]
    fn an_arrow_outside_the_table_is_a_problem() {
        let found = domain_with("[dependencies]\nofektom-persistence = { path = \"../persistence\" }\n");
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("ofektom-domain must not depend on ofektom-persistence"), "{found:?}");
    }

    #[test]
    fn tests_may_use_the_testkit_and_nothing_else_of_ours() {
        let testkit = "ofektom-testkit = { path = \"../testkit\" }\n";
        assert_eq!(domain_with(&format!("[dev-dependencies]\n{testkit}")), Vec::<String>::new());
        assert_eq!(domain_with(&format!("[dependencies]\n{testkit}")).len(), 1);
        assert_eq!(domain_with("[dev-dependencies]\nofektom-persistence = { path = \"../persistence\" }\n").len(), 1);
    }

    #[test]
    fn outside_crates_are_banned_by_family() {
        assert_eq!(domain_with("[dependencies]\ndiesel-async = \"0.9\"\ntokio = \"1\"\nuuid = \"1\"\n").len(), 2);
        assert_eq!(domain_with("[dev-dependencies]\ntokio = \"1\"\n"), Vec::<String>::new());
        assert!(is_of_family("diesel_migrations", "diesel") && !is_of_family("frederick", "fred"));
    }

    #[test]
    fn a_package_without_a_rule_is_a_problem() {
        let found = problems("[package]\nname = \"ofektom-extra\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        assert!(found.len() == 1 && found[0].contains("has no rule"), "{found:?}");
    }
}
