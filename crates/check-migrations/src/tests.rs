//! Each rule with a mistake that it finds, beside its neighbour that is none.

use super::folder::{Migration, digest, number};
use super::released::{Release, Version, entry, parse};
use super::rules::{Refusal, check};

const USERS: &str = "-- Who may sign in.\nCREATE TABLE IF NOT EXISTS users (\n    id VARCHAR(32) NOT NULL PRIMARY KEY,\n    \
                     email VARCHAR(254) NOT NULL,\n    CONSTRAINT users_email UNIQUE (email)\n){narrow}\n";
const INDEX: &str = "CREATE INDEX users_by_email ON users (email, id)\n";

fn step(file: &str, text: &str) -> Migration {
    Migration { file: file.into(), number: number(file).unwrap(), text: text.into() }
}

/// The folder as release 0.1.0 had it.
fn old() -> Vec<Migration> {
    vec![step("0001_create_users.sql", USERS), step("0002_index_users.sql", INDEX)]
}

fn released() -> Vec<Release> {
    let entry = entry(&[], &old(), version("0.1.0"), "7d268e7945931536abc80791b103c2c1933923dd");
    parse(&entry).unwrap()
}

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

/// All refusals of a folder, as one text.
fn said(migrations: &[Migration]) -> String {
    text(&check(&released(), migrations, version("0.2.0")))
}

fn text(refusals: &[Refusal]) -> String {
    refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The refusals of new migrations that follow the released ones.
fn said_of(texts: &[&str]) -> String {
    let new = texts.iter().enumerate().map(|(n, text)| step(&format!("{:04}_new.sql", n + 3), text));
    said(&old().into_iter().chain(new).collect::<Vec<_>>())
}

#[track_caller]
fn refused(text: &str, rule: &str) {
    let said = said_of(&[text]);
    assert!(said.starts_with("0003_new.sql: ") && said.contains(rule), "{text}: {said:?}");
    assert!(said.contains("\n    instead: "), "{said}");
}

#[track_caller]
fn allowed(texts: &[&str]) {
    assert_eq!(said_of(texts), "", "{texts:?}");
}

#[test]
fn the_migrations_of_this_workspace_pass() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/migrations");
    let releases = super::released::read(&folder.join("released.toml")).unwrap();
    let migrations = super::folder::read(&folder).unwrap();
    assert!(migrations.len() >= 75 && !releases.is_empty());
    let refusals = check(&releases, &migrations, version(super::PRESENT));
    assert!(refusals.is_empty(), "{}", text(&refusals));
}

#[test]
fn all_that_was_ever_released_would_be_allowed_in_a_first_release() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/migrations");
    let refusals = check(&[], &super::folder::read(&folder).unwrap(), version(super::PRESENT));
    assert_eq!(refusals, []);
}

#[test]
fn a_released_step_that_was_changed_is_told_with_its_release() {
    let mut migrations = old();
    migrations[1].text.push_str("-- harmless\n");
    let said = said(&migrations);
    assert!(said.starts_with("0002_index_users.sql: was released with 0.1.0 and has been changed since\n"), "{said}");
    assert_eq!(said.matches("instead").count(), 1, "{said}");
}

#[test]
fn a_released_step_that_was_renamed_or_removed_is_told() {
    let mut migrations = old();
    migrations[1].file = "0002_index_users_by_email.sql".into();
    let renamed = said(&migrations);
    assert!(renamed.contains("0002_index_users.sql: was released with 0.1.0 and is gone"), "{renamed}");
    migrations.pop();
    let removed = said(&migrations);
    assert!(removed.contains("0002_index_users.sql: was released with 0.1.0 and is gone"), "{removed}");
}

#[test]
fn numbers_go_in_a_row() {
    let with = |file| {
        let mut migrations = old();
        migrations.push(step(file, "CREATE INDEX more ON users (id)"));
        migrations.sort_by(|one, other| one.file.cmp(&other.file));
        said(&migrations)
    };
    assert_eq!(with("0003_more.sql"), "");
    assert!(with("0004_more.sql").contains("0004_more.sql: has the number 0004 where 0003 comes next"));
    assert!(with("0002_more.sql").contains("0002_more.sql: has the number 0002 where 0003 comes next"));
    assert!(with("0001_more.sql").contains("has the number 0001 where 0002 comes next"));
}

#[test]
fn a_step_is_called_by_four_digits_and_small_letters() {
    assert_eq!(number("0076_create_things.sql"), Some(76));
    for wrong in [
        "76_things.sql",
        "0076.sql",
        "0076_.sql",
        "0076-things.sql",
        "0076_Things.sql",
        "things_0076.sql",
        "+076_x.sql",
    ] {
        assert_eq!(number(wrong), None, "{wrong}");
    }
}

#[test]
fn a_list_that_was_cut_to_fit_is_told() {
    let mut releases = released();
    let migrations = [old().remove(0)];
    releases[0].files.remove("0002_index_users.sql");
    let refusals = check(&releases, &migrations, version("0.2.0"));
    assert_eq!(refusals.len(), 1);
    assert!(refusals[0].to_string().starts_with("released.toml: the entry of 0.1.0 ends with 2, its files do not"));
}

#[test]
fn a_released_schema_does_not_grow() {
    let mut migrations = old();
    migrations.push(step("0003_more.sql", "CREATE INDEX more ON users (id)"));
    let refusals = check(&released(), &migrations, version("0.1.0"));
    assert!(refusals[0].to_string().contains("is new, and release 0.1.0 has been made without it"));
    assert!(refusals[0].instead.contains("raise the version"));
}

#[test]
fn tables_may_come_and_be_filled() {
    let table =
        "CREATE TABLE IF NOT EXISTS rates (id BIGINT NOT NULL PRIMARY KEY, CONSTRAINT rates_id UNIQUE (id)){wide}";
    let more = "CREATE TABLE IF NOT EXISTS uses (rate BIGINT NOT NULL REFERENCES rates (id)){narrow}";
    allowed(&[table, "INSERT INTO rates (id) VALUES (1)", "CREATE UNIQUE INDEX rates_by_id ON rates (id)", more]);
    allowed(&["CREATE INDEX users_by_id ON users (id)"]);
    allowed(&[table, "ALTER TABLE rates ADD COLUMN price BIGINT NOT NULL;"]);
    refused("CREATE TABLE IF NOT EXISTS Users (id BIGINT){narrow}", "makes users, which there is already");
    refused("CREATE TABLE rates (id BIGINT){narrow}", "`CREATE TABLE rates …` is not among");
    refused("CREATE TABLE IF NOT EXISTS rates AS SELECT id FROM users", "is not among");
    refused("CREATE TABLE IF NOT EXISTS rates (id BIGINT) ENGINE=MyISAM", "is not among");
    refused(
        "CREATE TABLE IF NOT EXISTS uses (owner VARCHAR(32), FOREIGN KEY (owner) REFERENCES users (id)){narrow}",
        "has a foreign key to users",
    );
}

#[test]
fn what_would_refuse_the_former_program_its_rows_is_refused() {
    refused("CREATE UNIQUE INDEX users_by_id ON users (id)", "is unique on users");
    refused("INSERT INTO users (id, email) VALUES ('usr_1', 'a@b.example')", "writes into users");
    for constraint in [
        "ADD CONSTRAINT long_ids CHECK (LENGTH(id) > 3)",
        "ADD CHECK (LENGTH(id) > 3)",
        "ADD FOREIGN KEY (id) REFERENCES rates (id)",
        "ADD UNIQUE (id)",
        "ADD UNIQUE INDEX users_by_id (id)",
        "MODIFY email VARCHAR(100) NOT NULL",
        "CHANGE email address VARCHAR(254)",
        "RENAME TO people",
        "RENAME COLUMN email TO address",
        "ALTER COLUMN email SET DEFAULT ''",
    ] {
        refused(&format!("ALTER TABLE users {constraint}"), "`ALTER TABLE users");
    }
    for other in [
        "RENAME TABLE users TO people",
        "UPDATE users SET email = LOWER(email)",
        "DELETE FROM users",
        "TRUNCATE TABLE users",
        "REPLACE INTO users (id) VALUES ('x')",
        "CREATE TRIGGER t AFTER INSERT ON users BEGIN SELECT 1 END",
        "PRAGMA user_version = 3",
        "INSERT IGNORE INTO users (id) VALUES ('x')",
    ] {
        refused(other, "is not among what a release may do");
    }
}

#[test]
fn a_column_of_an_old_table_may_be_left_out_by_who_does_not_know_it() {
    let add = |column: &str| format!("ALTER TABLE users ADD COLUMN {column}");
    for fine in [
        "note MEDIUMTEXT",
        "note VARCHAR(20) NULL",
        "n BIGINT NOT NULL DEFAULT -1",
        "n BIGINT DEFAULT 0 NOT NULL",
        "t VARCHAR(9) NOT NULL DEFAULT 'it''s'",
    ] {
        allowed(&[&add(fine)]);
    }
    refused(&add("n BIGINT NOT NULL"), "the column n of users is NOT NULL and has no default");
    refused(&add("n BIGINT NOT NULL DEFAULT NULL"), "is NOT NULL and has no default");
    for more in [
        "n BIGINT UNIQUE",
        "n BIGINT REFERENCES rates (id)",
        "n BIGINT CHECK (n > 0)",
        "n BIGINT, ADD m BIGINT",
        "n BIGINT, DROP COLUMN email",
        "n BIGINT AS (1) STORED",
    ] {
        refused(&add(more), "has more than a type");
    }
    refused(&add("n"), "has no type");
}

#[test]
fn what_is_dropped_says_since_which_release_nobody_uses_it() {
    for drop in ["DROP TABLE users", "DROP INDEX users_by_email", "ALTER TABLE users DROP COLUMN email"] {
        refused(drop, "drops what the former program may use");
        refused(&format!("-- It is unused.\n{drop}"), "drops what the former program may use");
        refused(&format!("-- unused since 0.2.0\n{drop}"), "since a release that was never made");
        refused(&format!("-- unused since 0.0.9\n{drop}"), "since a release that was never made");
        refused(&format!("-- unused since then\n{drop}"), "since a release that was never made");
        allowed(&[&format!("-- unused since 0.1.0: the journal tells it.\n{drop}")]);
    }
    refused("-- unused since 0.1.0\nDROP TABLE users, orders", "is not among");
    refused("-- unused since 0.1.0\nALTER TABLE users DROP COLUMN email, ADD CHECK (1)", "is not among");
}

#[test]
fn one_statement_that_both_engines_read_alike() {
    refused("CREATE INDEX a ON users (id);\nCREATE INDEX b ON users (id)", "there is more than one statement");
    refused("-- Nothing yet.\n", "there is no statement");
    allowed(&["-- A semicolon; in a comment.\nCREATE INDEX a ON users (id);"]);
    refused("/*! DROP TABLE users */ CREATE INDEX a ON users (id)", "a comment that the engines read differently");
    refused("# Note\nCREATE INDEX a ON users (id)", "a comment that the engines read differently");
    refused("--note\nCREATE INDEX a ON users (id)", "`--` without a space");
    refused("CREATE INDEX a ON `users` (id)", "means something else to each engine");
    refused("INSERT INTO users (id) VALUES ('a\\')", "a backslash");
    refused("INSERT INTO users (id) VALUES ('a", "a text that does not end");
    refused("CREATE TABLE IF NOT EXISTS rates (id BIGINT){other}", "a brace");
}

#[test]
fn an_entry_lists_what_came_with_its_release() {
    let mut migrations = old();
    migrations.push(step("0003_more.sql", "CREATE INDEX more ON users (id)"));
    let entry = entry(&released(), &migrations, version("0.2.0"), "abc");
    let releases = parse(&entry).unwrap();
    assert_eq!((releases[0].last, releases[0].files.len()), (3, 1), "{entry}");
    assert_eq!(releases[0].files["0003_more.sql"], digest("CREATE INDEX more ON users (id)"));
    // And so the list with both entries holds for this folder, and is in order.
    let all: Vec<Release> = released().into_iter().chain(releases).collect();
    assert_eq!(check(&all, &migrations, version("0.2.0")), []);
    assert!(parse(&format!("{entry}{}", super::released::entry(&[], &old(), version("0.1.0"), "abc"))).is_err());
}

#[test]
fn versions_are_compared_by_their_numbers() {
    assert!(version("0.10.0") > version("0.9.9") && version("1.0.0") > version("0.99.99"));
    for wrong in ["1.0", "1.0.0-rc1", "v1.0.0", "1.0.0.0", ""] {
        assert!(wrong.parse::<Version>().is_err(), "{wrong}");
    }
}
