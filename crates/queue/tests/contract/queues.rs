//! One empty queue of each kind.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_sqs::types::QueueAttributeName;
use queue::{Embedded, Policy, Queue, Sqs};
use store::Context;
use testkit::for_each_engine;

/// A server that speaks SQS, such as `http://127.0.0.1:4566`.
const ENDPOINT: &str = "COMPTOIR_TEST_SQS_ENDPOINT";

/// Runs a test on a new queue with a dead-letter queue behind it: in both databases, and on SQS.
pub(crate) async fn for_each_queue(policy: Policy, test: impl AsyncFn(Queue)) {
    for_each_engine(async |bench| {
        test(Queue::Embedded(Embedded::new(bench.db.clone(), Context::system(), policy))).await;
    })
    .await;
    if std::env::var("COMPTOIR_TEST_ENGINES").is_ok_and(|engines| engines == "sqlite") {
        return;
    }
    let url = create_sqs_queue(policy.max_receives).await;
    eprintln!("… on SQS");
    test(Queue::Sqs(Sqs::connect(url, policy).await)).await;
}

/// A queue with a redrive policy, named unlike any other; they end with the server.
async fn create_sqs_queue(max_receives: u32) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let endpoint = std::env::var(ENDPOINT);
    let endpoint = endpoint.unwrap_or_else(|_| panic!("{ENDPOINT} names no server: use `make test`"));
    // Queues are reached as the program reaches them: by what the SDK reads. It must not be the real AWS by mistake.
    assert_eq!(std::env::var("AWS_ENDPOINT_URL").as_ref(), Ok(&endpoint), "AWS_ENDPOINT_URL must say the same");
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = aws_config::defaults(aws_config::BehaviorVersion::latest()).http_client(http).load().await;
    let client = aws_sdk_sqs::Client::new(&config);
    let millis = Context::system().now().unix_millis();
    let name = format!("test-{millis}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let dead = client.create_queue().queue_name(format!("{name}-dead")).send().await.unwrap();
    let arn = QueueAttributeName::QueueArn;
    let asked = client.get_queue_attributes().set_queue_url(dead.queue_url).attribute_names(arn.clone());
    let arn = asked.send().await.unwrap().attributes.unwrap().remove(&arn).unwrap();
    let redrive = serde_json::json!({ "deadLetterTargetArn": arn, "maxReceiveCount": max_receives.to_string() });
    let main =
        client.create_queue().queue_name(name).attributes(QueueAttributeName::RedrivePolicy, redrive.to_string());
    main.send().await.unwrap().queue_url.unwrap()
}
