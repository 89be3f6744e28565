//! Somebody who uses the API.

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::release::Release;

#[derive(Clone)]
pub(crate) struct ApiClient {
    http: Client,
    address: String,
    token: String,
}

fn client() -> Client {
    // The program chooses for itself. Whoever comes second finds it done.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Client::builder().no_proxy().build().expect("a client")
}

impl ApiClient {
    pub(crate) fn new(address: String) -> Self {
        Self { http: client(), address, token: String::new() }
    }

    /// The administrator of the released data, by the password of then.
    pub(crate) async fn signed_in(self, release: &Release) -> Self {
        let credentials = json!({ "email": release.text("/email"), "password": release.text("/password") });
        let session = self.made("/sessions", "", credentials).await;
        let token = session["access_token"].as_str().expect("a token").to_owned();
        Self { token, ..self }
    }

    pub(crate) fn with_token(self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.expect(self.request(Method::GET, path), StatusCode::OK).await
    }

    /// What a POST has made.
    pub(crate) async fn made(&self, path: &str, key: &str, body: Value) -> Value {
        let mut request = self.request(Method::POST, path).json(&body);
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        self.expect(request, StatusCode::CREATED).await
    }

    /// An edit of what was just read.
    pub(crate) async fn put(&self, path: &str, version: &Value, body: Value) -> Value {
        let request = self.request(Method::PUT, path).header("if-match", format!("\"{version}\"")).json(&body);
        self.expect(request, StatusCode::OK).await
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.address)).bearer_auth(&self.token)
    }

    async fn expect(&self, request: reqwest::RequestBuilder, wanted: StatusCode) -> Value {
        let answer = request.send().await.expect("an answer");
        let (status, url) = (answer.status(), answer.url().clone());
        let text = answer.text().await.expect("a whole answer");
        assert_eq!(status, wanted, "{url}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }
}
