//! Every file of `tests/data/calculate` gives the CSV that lies beside it.

use std::fs;
use std::path::Path;

use citygate_interchange::Format;
use citygate_interchange::calculate::calculate;

#[test]
fn every_example_gives_the_csv_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/calculate");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let forms = files.iter().filter(|file| file.extension().is_some_and(|end| end == "json"));
    let mut wrong = Vec::new();
    let mut count = 0;
    for form in forms {
        let expected = fs::read_to_string(form.with_extension("csv")).unwrap();
        let found = match calculate(&fs::read_to_string(form).unwrap()) {
            Ok(calculated) => {
                let mut csv = Vec::new();
                calculated.table.write(&mut csv, Format::Csv, str::to_owned).unwrap();
                String::from_utf8(csv).unwrap()
            }
            Err(error) => error.to_string(),
        };
        if found != expected {
            wrong.push(format!("{}\nexpected\n{expected}found\n{found}", form.display()));
        }
        count += 1;
    }
    assert_eq!(files.len(), 2 * count, "each form has its answer, and nothing else lies there");
    assert!(wrong.is_empty(), "{} of {count} examples differ:\n{}", wrong.len(), wrong.join("\n"));
}
