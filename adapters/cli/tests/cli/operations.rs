//! What docs/operations.md tells people to type at night is there.

use std::path::Path;

use crate::support::ran::run;

fn page() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations.md");
    std::fs::read_to_string(page).unwrap()
}

/// The command lines in blocks of shell that begin with the program.
fn commands(page: &str) -> Vec<&str> {
    let blocks = page.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.flat_map(str::lines).filter(|line| line.starts_with("citygate ")).collect()
}

#[test]
fn every_command_of_the_operations_page_has_its_verb_and_its_options() {
    let (page, folder) = (page(), tempfile::tempdir().unwrap());
    let commands = commands(&page);
    assert!(commands.len() > 10, "{commands:?}");
    for line in commands {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let verb = words.iter().enumerate().find(|(at, word)| {
            let of_store = *at > 0 && words[at - 1] == "--store";
            !word.starts_with("--") && !of_store
        });
        let (_, verb) = verb.unwrap_or_else(|| panic!("no verb in {line}"));
        let help = run(folder.path(), &[verb, "--help"]).exits(0).out;
        for option in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(option), "{option} of {line} is not in\n{help}");
        }
    }
}

#[test]
fn every_finding_about_a_server_stands_in_the_table_for_the_night() {
    let page = page();
    for (code, _) in citygate_store::FINDINGS {
        assert!(page.contains(&format!("`{code}`")), "{code}");
    }
}
