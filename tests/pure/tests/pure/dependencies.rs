//! The pure crates know nothing of the world: asked of `cargo tree`.

use std::process::Command;

/// Crates that know a clock, a file, a network, a database, randomness, or a file form.
const WORLDLY: [&str; 24] = [
    "tokio",
    "async-std",
    "smol",
    "sqlx",
    "sqlx-core",
    "rusqlite",
    "libsqlite3-sys",
    "axum",
    "hyper",
    "reqwest",
    "tower",
    "rand",
    "rand_core",
    "getrandom",
    "uuid",
    "csv",
    "tempfile",
    "clap",
    "tracing",
    "log",
    "async-trait",
    "futures",
    "mio",
    "socket2",
];

/// The crates that a package is built with.
fn built_with(package: &str) -> Vec<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let tree = Command::new(cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["tree", "--locked", "--offline", "--package", package])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let listed = String::from_utf8(tree.stdout).unwrap();
    let name = |line: &str| line.split_whitespace().next().unwrap_or_default().to_owned();
    listed.lines().map(name).collect()
}

#[test]
fn the_pure_crates_know_nothing_of_the_world() {
    for package in ["citygate-domain", "citygate-projections"] {
        let crates = built_with(package);
        assert!(crates.contains(&"citygate-domain".to_owned()), "{package} is not in its own tree");
        let found: Vec<_> = crates.iter().filter(|name| WORLDLY.contains(&name.as_str())).collect();
        assert!(found.is_empty(), "{package} depends on {found:?}");
    }
}

#[test]
fn dependencies_point_one_way() {
    let inside = |package: &str| {
        let mut crates = built_with(package);
        crates.retain(|name| name.starts_with("citygate-") && name != package);
        crates.sort();
        crates.dedup();
        crates
    };
    assert_eq!(inside("citygate-domain"), Vec::<String>::new());
    assert_eq!(inside("citygate-projections"), ["citygate-domain"]);
}
