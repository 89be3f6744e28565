use axum::http::Method;
use domain::Role;
use serde_json::{Value, json};

use crate::backend::{Backend, Call, on_each_engine};

const PNG: &[u8] = include_bytes!("../../../documents/tests/documents/logo.png");
const JPEG: &[u8] = include_bytes!("../../../documents/tests/documents/logo.jpg");

fn put<'d>(backend: &'d Backend, content_type: &str, file: &[u8]) -> Call<'d> {
    backend.by(Role::Admin).call(Method::PUT, "/settings/logo").text(content_type, file)
}

#[tokio::test]
async fn a_logo_is_put_told_in_the_settings_replaced_and_taken_away() {
    on_each_engine(async |backend| {
        let viewer = backend.by(Role::Viewer);
        viewer.get("/settings/logo").refused(404, "not_found").await;
        let settings = put(&backend, "image/png", PNG).gives(200).await;
        assert_eq!((settings.header("etag"), &settings.body["version"]), (Some("\"2\""), &json!(2)));
        let logo = &settings.body["logo"];
        assert_eq!((&logo["format"], &logo["width"], &logo["height"]), (&json!("png"), &json!(300), &json!(100)));
        assert_eq!(logo["size"], json!(PNG.len()));
        let served = viewer.get("/settings/logo").gives(200).await;
        assert_eq!((served.content_type(), &served.bytes[..]), (Some("image/png"), PNG));
        let etag = served.header("etag").unwrap().to_owned();
        assert_eq!(etag, format!("\"{}\"", logo["sha256"].as_str().unwrap()));
        viewer.get("/settings/logo").header("if-none-match", etag).gives(304).await;

        // The same changes nothing; another settings edit leaves it.
        assert_eq!(put(&backend, "image/png", PNG).gives(200).await.body, settings.body);
        let input = serde_json::to_value(domain::SettingsInput::default()).unwrap();
        let mut edited = input.clone();
        edited["payment_terms_days"] = json!(30);
        let edited = backend.by(Role::Admin).put("/settings", 2, edited).gives(200).await.body;
        assert_eq!((&edited["logo"], &edited["version"]), (logo, &json!(3)));

        // What it is, not what it is said to be.
        let replaced = put(&backend, "image/png", JPEG).version(3).gives(200).await.body;
        assert_eq!((&replaced["logo"]["format"], &replaced["version"]), (&json!("jpeg"), &json!(4)));
        let served = viewer.get("/settings/logo").gives(200).await;
        assert_eq!((served.content_type(), &served.bytes[..]), (Some("image/jpeg"), JPEG));
        let told = viewer.read("/events?subject=settings").await["items"][0].clone();
        assert_eq!((&told["data"]["settings"], &told["data"]["before"]["logo"]), (&replaced, logo));

        let without = backend.by(Role::Admin).delete("/settings/logo").gives(200).await.body;
        assert_eq!((&without["logo"], &without["version"]), (&Value::Null, &json!(5)));
        viewer.get("/settings/logo").refused(404, "not_found").await;
        assert_eq!(backend.by(Role::Admin).delete("/settings/logo").gives(200).await.body, without);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_a_logo_is_refused() {
    on_each_engine(async |backend| {
        for file in
            [&b""[..], b"<svg/>", b"GIF89a", &PNG[..200], include_bytes!("../../../documents/tests/documents/cmyk.jpg")]
        {
            put(&backend, "image/png", file).invalid("logo", "bad_logo").await;
        }
        let wide = include_bytes!("../../../documents/tests/documents/wide.png");
        put(&backend, "image/png", wide).invalid("logo", "bad_logo").await;
        put(&backend, "image/png", &vec![0; 512 * 1024 + 1]).refused(413, "body_too_large").await;
        put(&backend, "image/png", &vec![0; 3_000_000]).refused(413, "body_too_large").await;
        for content_type in ["image/svg+xml", "application/json", ""] {
            put(&backend, content_type, PNG).refused(415, "bad_content_type").await;
        }
        put(&backend, "image/png", PNG).version(7).refused(412, "stale").await;
        backend.by(Role::Admin).delete("/settings/logo").version(7).refused(412, "stale").await;
        let manager = backend.manager().call(Method::PUT, "/settings/logo").text("image/png", PNG);
        manager.refused(403, "forbidden").await;
    })
    .await;
}
