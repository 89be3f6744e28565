use std::time::Duration;

use axum::http::Method;
use domain::Role;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::backend::{Backend, Call, SECRET, on_each_engine};
use crate::people::{Browser, EMAIL, PASSWORD, add_claire, kinds};

const STEP: Duration = Duration::from_secs(30);

/// The code that an app makes of a secret, some steps from now.
fn code(backend: &Backend, secret: &str, steps: i64) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap();
    let seconds = backend.bench.context.now().as_micros() / 1_000_000 + 30 * steps;
    totp.generate(u64::try_from(seconds).unwrap()).to_string()
}

/// Switches Claire's second factor on; gives the secret and the recovery codes.
async fn switch_on(backend: &Backend) -> (String, Vec<String>) {
    add_claire(backend).await;
    let claire = Browser::sign_in(backend, EMAIL).await;
    let begun = claire.caller().act("/me/second-factor").gives(201).await.body;
    let secret = begun["secret"].as_str().unwrap().to_owned();
    let confirm = json!({ "code": code(backend, &secret, 0) });
    let confirmed = claire.caller().post("/me/second-factor/confirm", confirm).gives(200).await.body;
    let codes: Vec<String> = serde_json::from_value(confirmed["recovery_codes"].clone()).unwrap();
    backend.pass_time(STEP);
    (secret, codes)
}

fn with_code(code: &str) -> Value {
    json!({ "email": EMAIL, "password": PASSWORD, "code": code })
}

#[tokio::test]
async fn a_second_factor_is_on_once_a_code_shows_that_it_works() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let claire = Browser::sign_in(&backend, EMAIL).await;
        let call = claire.caller();
        call.post("/me/second-factor/confirm", json!({ "code": "123456" })).refused(409, "no_second_factor").await;
        call.act("/me/second-factor").gives(201).await;
        let begun = call.act("/me/second-factor").gives(201).await.body;
        let secret = begun["secret"].as_str().unwrap();
        let url = begun["url"].as_str().unwrap();
        assert!(url.starts_with("otpauth://totp/Comptoir:claire%40example.com?") && url.contains(secret), "{url}");
        assert_eq!(Secret::try_from_base32(secret).unwrap().as_ref().len(), 20);
        let wrong = json!({ "code": code(&backend, secret, 3) });
        call.post("/me/second-factor/confirm", wrong).invalid("code", "bad_code").await;
        Browser::sign_in(&backend, EMAIL).await;
        let confirm = json!({ "code": code(&backend, secret, 0) });
        let codes = call.post("/me/second-factor/confirm", confirm).gives(200).await.body["recovery_codes"].clone();
        let codes: Vec<String> = serde_json::from_value(codes).unwrap();
        assert_eq!((codes.len(), codes[0].len()), (10, 19));
        assert_eq!(call.read("/me").await["second_factor"], json!(true));
        call.act("/me/second-factor").refused(409, "second_factor_on").await;
        let text = format!("{:?}", backend.everything().await);
        assert!(!text.contains(secret) && codes.iter().all(|code| !text.contains(&code.replace('-', ""))));
    })
    .await;
}

#[tokio::test]
async fn signing_in_takes_a_code_after_the_right_password_and_each_is_good_once() {
    on_each_engine(async |backend| {
        let (secret, _) = switch_on(&backend).await;
        let nobody = backend.nobody();
        let sign_in = |body: Value| -> Call<'_> { nobody.post("/sessions", body) };
        // Only who knows the password learns that there is a second factor.
        let wrong = json!({ "email": EMAIL, "password": "wrong horse battery" });
        sign_in(wrong).denied(401, "bad_credentials").await;
        let without = json!({ "email": EMAIL, "password": PASSWORD });
        sign_in(without).refused(401, "second_factor_required").await;
        sign_in(with_code(&code(&backend, &secret, -2))).denied(401, "bad_second_factor").await;
        sign_in(with_code(&code(&backend, &secret, 2))).denied(401, "bad_second_factor").await;
        sign_in(with_code(&code(&backend, &secret, 0))).gives(201).await;
        sign_in(with_code(&code(&backend, &secret, 0))).denied(401, "bad_second_factor").await;
        sign_in(with_code(&code(&backend, &secret, -1))).denied(401, "bad_second_factor").await;
        let ahead = code(&backend, &secret, 1);
        sign_in(with_code(&format!("{} {}", &ahead[..3], &ahead[3..]))).gives(201).await;
        backend.pass_time(2 * STEP);
        sign_in(with_code(&code(&backend, &secret, 0))).gives(201).await;
    })
    .await;
}

#[tokio::test]
async fn wrong_codes_are_throttled_like_wrong_passwords_and_the_password_alone_does_not_reset_them() {
    on_each_engine(async |backend| {
        let (secret, _) = switch_on(&backend).await;
        for i in 0..5 {
            backend
                .nobody()
                .post("/sessions", with_code(&code(&backend, &secret, 5 + i)))
                .denied(401, "bad_second_factor")
                .await;
            if i < 4 {
                let without = json!({ "email": EMAIL, "password": PASSWORD });
                backend.nobody().post("/sessions", without).refused(401, "second_factor_required").await;
            }
        }
        let right = with_code(&code(&backend, &secret, 0));
        backend.nobody().post("/sessions", &right).refused(429, "too_many_attempts").await;
        backend.pass_time(Duration::from_secs(1));
        backend.nobody().post("/sessions", &right).gives(201).await;
    })
    .await;
}

#[tokio::test]
async fn a_recovery_code_signs_in_once_however_it_is_typed() {
    on_each_engine(async |backend| {
        let (_, codes) = switch_on(&backend).await;
        backend.nobody().post("/sessions", with_code(&codes[3])).gives(201).await;
        backend.nobody().post("/sessions", with_code(&codes[3])).denied(401, "bad_second_factor").await;
        let typed = codes[4].replace('-', " ").to_uppercase();
        backend.nobody().post("/sessions", with_code(&typed)).gives(201).await;
        backend.nobody().post("/sessions", with_code("aaaa-bbbb-cccc-dddd")).denied(401, "bad_second_factor").await;
    })
    .await;
}

#[tokio::test]
async fn it_is_switched_off_with_the_password_and_a_code_or_by_an_administrator() {
    on_each_engine(async |backend| {
        let (secret, codes) = switch_on(&backend).await;
        let claire = Browser::of(&backend, &backend.nobody().post("/sessions", with_code(&codes[0])).gives(201).await);
        let call = claire.caller();
        let off = |password: &str, code: &str| {
            call.call(Method::DELETE, "/me/second-factor").json(json!({ "password": password, "code": code }))
        };
        off("wrong horse battery", &code(&backend, &secret, 0)).denied(403, "wrong_password").await;
        off(PASSWORD, &code(&backend, &secret, 7)).denied(401, "bad_second_factor").await;
        off(PASSWORD, &code(&backend, &secret, 0)).gives(204).await;
        Browser::sign_in(&backend, EMAIL).await;
        assert_eq!(call.read("/me").await["second_factor"], json!(false));

        let begun = call.act("/me/second-factor").gives(201).await.body;
        let confirm = json!({ "code": code(&backend, begun["secret"].as_str().unwrap(), 0) });
        call.post("/me/second-factor/confirm", confirm).gives(200).await;
        let path = format!("/users/{}/second-factor", claire.user());
        backend.by(Role::Admin).delete(&path).gives(204).await;
        Browser::sign_in(&backend, EMAIL).await;
        let on_and_off: Vec<String> =
            kinds(&backend).await.into_iter().filter(|kind| kind.starts_with("second")).collect();
        assert_eq!(on_and_off, ["second_factor_on", "second_factor_off", "second_factor_on", "second_factor_off"]);
    })
    .await;
}

#[tokio::test]
async fn a_password_link_is_no_way_around_the_second_factor() {
    on_each_engine(async |backend| {
        let (secret, _) = switch_on(&backend).await;
        let admin = backend.by(Role::Admin);
        let claire =
            admin.read("/users").await["items"].as_array().unwrap().iter().find(|u| u["email"] == EMAIL).cloned();
        let path = format!("{}/password-link", crate::backend::path_of("users", &claire.unwrap()));
        let link = admin.act(&path).gives(201).await.body;
        let token = link["link"].as_str().unwrap().rsplit('#').next().unwrap();
        let accept = json!({ "token": token, "password": "another horse battery" });
        backend.nobody().post("/invitations/accept", &accept).refused(401, "second_factor_required").await;
        let mut with_code = accept.clone();
        with_code["code"] = json!(code(&backend, &secret, 4));
        backend.nobody().post("/invitations/accept", &with_code).denied(401, "bad_second_factor").await;
        with_code["code"] = json!(code(&backend, &secret, 0));
        backend.nobody().post("/invitations/accept", &with_code).gives(201).await;
    })
    .await;
}

#[tokio::test]
async fn a_second_factor_survives_the_rotation_of_the_secret_that_seals_it() {
    const NEW: &[u8] = b"a new secret of at least thirty-two bytes";
    on_each_engine(async |backend| {
        let (secret, _) = switch_on(&backend).await;
        let backend = backend.restarted_with(NEW, Some(SECRET)).await;
        backend.nobody().post("/sessions", with_code(&code(&backend, &secret, 0))).gives(201).await;
        // What every process does when it starts with two secrets.
        let (ctx, gate) = (backend.bench.ctx(), backend.gate.clone());
        let reseal = async || {
            testkit::change!(backend.bench.db, |tx, ctx, gate| ops::people::second_factor::reseal(tx, ctx, &gate.seal)
                .await)
            .await
        };
        assert_eq!((reseal().await.unwrap(), reseal().await.unwrap()), (1, 0));
        let backend = backend.restarted_with(NEW, None).await;
        backend.pass_time(STEP);
        backend.nobody().post("/sessions", with_code(&code(&backend, &secret, 0))).gives(201).await;
    })
    .await;
}
