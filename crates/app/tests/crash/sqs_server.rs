//! The SQS server of the tests, spoken to directly: only the queue crate may know the AWS SDK.

use serde_json::{Value, json};

/// A queue with a dead-letter queue behind it; its address.
pub(crate) async fn new_queue(name: &str, max_receives: u32) -> String {
    let dead = call("CreateQueue", json!({ "QueueName": format!("{name}_dead") })).await;
    let asked = json!({ "QueueUrl": dead["QueueUrl"], "AttributeNames": ["QueueArn"] });
    let dead = call("GetQueueAttributes", asked).await;
    let policy = json!({
        "deadLetterTargetArn": dead["Attributes"]["QueueArn"],
        "maxReceiveCount": max_receives.to_string(),
    });
    let attributes = json!({ "RedrivePolicy": policy.to_string() });
    let main = call("CreateQueue", json!({ "QueueName": name, "Attributes": attributes })).await;
    main["QueueUrl"].as_str().expect("the address of the queue").to_owned()
}

async fn call(action: &str, body: Value) -> Value {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = client
        .post(server())
        .header("x-amz-target", format!("AmazonSQS.{action}"))
        .header("authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-3/sqs/aws4_request")
        .header("content-type", "application/x-amz-json-1.0")
        .body(body.to_string());
    let answer = request.send().await.expect("the server of the queue answers");
    let (status, text) = (answer.status(), answer.text().await.expect("its answer can be read"));
    assert!(status.is_success(), "{action}: {status} {text}");
    serde_json::from_str(&text).expect("JSON")
}

fn server() -> String {
    let named = std::env::var("COMPTOIR_TEST_SQS_ENDPOINT");
    named.expect("COMPTOIR_TEST_SQS_ENDPOINT names a server: use scripts/test-servers")
}
