//! The upgrade proof: for each released schema, with the data that its own program has left (`releases/`), this program takes the
//! tables further and nothing is lost, changed or locked away; then the former release's program and this one work side by side
//! on the new tables, as they do while a release is rolled out and after it was rolled back.
//!
//! ```text
//! scripts/test-servers cargo test -p comptoir --test upgrade -- --nocapture
//! ```
//!
//! The former program is built by `scripts/former-release`; where git does not have its commit, that part says `not checked`.
//! docs/decisions/0014-releases-and-schemas.md says what a release promises.
#![expect(clippy::expect_used, reason = "a test may stop where it cannot go on")]

mod api_client;
mod books;
mod place;
mod program;
mod release;
mod secrets;
mod side_by_side;

use std::time::Instant;

use testkit::{Bench, for_each_empty_engine};

use crate::books::Contents;
use crate::place::Place;
use crate::program::Program;
use crate::release::Release;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_released_schema_is_taken_further_with_its_data() {
    for release in release::all() {
        for_each_empty_engine(async |bench| {
            let began = Instant::now();
            let place = Place::new(&release, bench.url());
            upgrade(&release, &bench, &place).await;
            exports_say_the_same(&release, &place);
            secrets::can_be_read(&release, &place).await;
            place.finds_nothing_to_mend(&Program::present());
            let seconds = began.elapsed().as_secs_f64();
            println!("{:?}: {} upgraded, {} rows, {seconds:.1} s", bench.engine, release.version, release.rows());
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_former_program_and_this_one_work_side_by_side() {
    let Some(former) = Program::former() else { return };
    let release = release::all().into_iter().rfind(|release| release.version == former.version);
    let release = release.expect("the former release has its data");
    for_each_empty_engine(async |bench| {
        let began = Instant::now();
        let place = Place::new(&release, bench.url());
        upgrade(&release, &bench, &place).await;
        let done = side_by_side::work(&former, &release, &bench, &place).await;
        println!(
            "{:?}: {} beside this one: {done}, {:.1} s",
            bench.engine,
            former.version,
            began.elapsed().as_secs_f64()
        );
    })
    .await;
}

/// The released tables with their data, then this program's `migrate`: every row and every value is there as it was.
async fn upgrade(release: &Release, bench: &Bench, place: &Place) {
    release.load(&bench.db).await;
    let before = Contents::read(&bench.db, release).await;
    assert_eq!(before.rows(), release.rows(), "all of the data is loaded");
    place.run(&Program::present(), &["migrate"]);
    assert_eq!(bench.db.schema().current().await.expect("a version"), store::Schema::wanted());
    before.must_equal(&Contents::read(&bench.db, release).await);
    place.finds_nothing_to_mend(&Program::present());
}

/// Each list, in the columns that the released program wrote, is what that program wrote.
fn exports_say_the_same(release: &Release, place: &Place) {
    let exports = release.known["exports"].as_object().expect("what was exported");
    assert!(exports.len() >= 9);
    for (list, said) in exports {
        let text = |name: &str| said[name].as_str().expect("a text");
        let written = place.run(&Program::present(), &["export", list, "--columns", text("columns")]);
        let written = written.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let (columns, rows) = written.split_once('\n').expect("a first line");
        assert_eq!(columns, text("columns"), "{list}");
        assert_eq!(release::digest(rows), text("sha256"), "the export of {list} says something else:\n{rows}");
    }
}
