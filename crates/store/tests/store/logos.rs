use store::{Error, logos};
use testkit::{change, for_each_engine, query};

#[tokio::test]
async fn there_is_one_logo_at_most() {
    for_each_engine(async |bench| {
        for (sha256, file) in [("one", vec![0x89, b'P', 0xff, 0]), ("two", vec![0xff, 0xd8, 0xff])] {
            change!(bench.db, |tx, sha256, file| logos::replace(tx, sha256, file).await).await.unwrap();
            let kept = query!(bench.db, |tx, sha256| logos::get(tx, sha256).await).await.unwrap();
            assert_eq!(kept, Some(file));
        }
        let former = query!(bench.db, |tx| logos::get(tx, "one").await).await.unwrap();
        assert_eq!(former, None);
        change!(bench.db, |tx| logos::clear(tx).await).await.unwrap();
        let gone: Result<Option<Vec<u8>>, Error> = query!(bench.db, |tx| logos::get(tx, "two").await).await;
        assert_eq!(gone.unwrap(), None);
    })
    .await;
}
