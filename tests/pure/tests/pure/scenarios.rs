//! The stories in `tests/data/scenarios` have the answers that stand beside them.
//!
//! `UPDATE=1` writes the answers anew; read the difference before you commit it.

use std::fs;
use std::path::PathBuf;

use citygate_tests_pure::scenario::told;

fn stories() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/scenarios");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut stories: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|ending| ending == "gas")).collect();
    stories.sort();
    stories
}

#[test]
fn every_story_has_the_answers_beside_it() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut different = Vec::new();
    for path in stories() {
        let found = told(&fs::read_to_string(&path).unwrap());
        let beside = path.with_extension("out");
        if update {
            fs::write(&beside, &found).unwrap();
        }
        let expected = fs::read_to_string(&beside).unwrap_or_default();
        if found != expected {
            different.push(format!("{}\n{}", path.display(), first_difference(&expected, &found)));
        }
    }
    assert!(different.is_empty(), "{}\nUPDATE=1 writes them anew", different.join("\n"));
}

fn first_difference(expected: &str, found: &str) -> String {
    let end = "(nothing)";
    let longest = expected.lines().count().max(found.lines().count());
    let pairs = (0..longest).map(|place| {
        (expected.lines().nth(place).unwrap_or(end), found.lines().nth(place).unwrap_or(end))
    });
    let first = pairs.zip(1..).find(|((expected, found), _)| expected != found);
    first.map_or_else(String::new, |((expected, found), number)| {
        format!("  line {number}\n  expected {expected}\n  found    {found}")
    })
}

#[test]
fn there_are_stories_and_each_begins_with_what_it_tells() {
    let stories = stories();
    assert!(stories.len() >= 6, "{} stories", stories.len());
    for path in stories {
        let story = fs::read_to_string(&path).unwrap();
        assert!(story.starts_with("# "), "{} does not say what it tells", path.display());
    }
}
