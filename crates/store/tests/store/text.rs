//! Values at the edges of what a column holds.

use domain::ContactInput;
use store::{Error, Reader, Value, contacts};
use testkit::{Bench, Engine, change, fixtures, for_each_engine, query};

/// Through a table and back: a text, and a number.
async fn through(bench: &Bench, text: &str, number: i64) -> (String, i64) {
    let (key, text) = (format!("k{number}{}", text.len()), text.to_owned());
    let insert = "INSERT INTO idempotency_keys (actor, idempotency_key, fingerprint, status, body, created_at) \
                  VALUES ('a', ?, 'f', ?, ?, 0)";
    change!(bench.db, |tx, key, number, text| {
        tx.execute(insert, &[key.into(), (*number).into(), text.into()]).await
    })
    .await
    .unwrap();
    let select = "SELECT body, status FROM idempotency_keys WHERE idempotency_key = ?";
    let read = |row: &mut Reader| Ok((row.next::<String>()?, row.next::<i64>()?));
    query!(bench.db, |tx, key| tx.row(select, &[key.into()], read).await).await.unwrap().unwrap()
}

#[tokio::test]
async fn any_text_comes_back_byte_for_byte() {
    for_each_engine(async |bench| {
        let texts = [
            "",
            " spaces around  ",
            "quotes ' \" ` \\ and ? % _ ;-- \r\n\t",
            "é e\u{301} œ ß İ",
            "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 漢字 עברית",
            "\u{10FFFF}\u{FEFF}",
            &"0123456789é".repeat(100_000),
        ];
        for text in texts {
            assert_eq!(through(&bench, text, 0).await.0, text);
        }
    })
    .await;
}

#[tokio::test]
async fn any_number_comes_back() {
    for_each_engine(async |bench| {
        for number in [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::from(u32::MAX) + 1, i64::MAX] {
            assert_eq!(through(&bench, "", number).await.1, number);
        }
    })
    .await;
}

#[tokio::test]
async fn a_field_may_be_as_long_as_the_domain_allows_in_any_script() {
    for_each_engine(async |bench| {
        let long = |count| Some("🧀".repeat(count));
        let input = ContactInput {
            name: "🧀".repeat(200),
            contact_name: long(200),
            emails: vec![fixtures::email(&format!("{}@{}.example", "é".repeat(64), "ü".repeat(181))); 20],
            phones: vec![domain::ContactPhone { label: long(50), number: "🧀".repeat(50) }; 20],
            tags: (0..50).map(|i| format!("{}{i:02}", "🧀".repeat(48))).collect(),
            notes: long(4000),
            external_id: long(100),
            addresses: vec![
                domain::Address {
                    label: long(50),
                    street: long(200),
                    postal_code: long(20),
                    city: long(100),
                    region: long(100),
                    country: long(100),
                };
                20
            ],
            ..fixtures::contact("")
        };
        let contact = bench.create_contact(input).await.unwrap();
        let id = contact.id;
        let kept = query!(bench.db, |tx, id| contacts::get(tx, *id).await).await.unwrap();
        assert_eq!(kept, Some(contact));
    })
    .await;
}

#[tokio::test]
async fn what_is_too_long_for_its_column_is_refused_and_never_cut() {
    for_each_engine(async |bench| {
        if bench.engine == Engine::Sqlite {
            // Knows no lengths: the domain's own limits are all there is (docs/decisions/0003).
            return;
        }
        let long = "x".repeat(33);
        // A server may be set up to cut (`sql_mode = ''`, as some managed ones are): our sessions ask for more.
        let cut = change!(bench.db, |tx, long| {
            tx.execute("INSERT INTO counters (name, value) VALUES (?, 0)", &[long.into()]).await
        });
        let cut = cut.await;
        assert!(matches!(cut, Err(Error::Unexpected(_))), "{cut:?}");
        let mode = query!(bench.db, |tx| tx.query("SELECT @@SESSION.sql_mode", &[]).await).await.unwrap();
        assert!(matches!(&mode[0][0], Value::Text(text) if text.contains("STRICT_ALL_TABLES")), "{mode:?}");
    })
    .await;
}
