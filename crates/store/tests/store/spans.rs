//! What is logged inside a change or a read belongs to the request that asked for it, whatever thread it runs in.

use store::Error;
use testkit::for_each_engine;
use tracing::{Instrument, Span};

#[tokio::test]
async fn a_change_and_a_read_run_within_the_span_of_whoever_asked() {
    // Another test may have been first.
    let _ = tracing_subscriber::util::SubscriberInitExt::try_init(tracing_subscriber::registry());
    for_each_engine(async |bench| {
        let span = tracing::error_span!("request");
        let inside = async {
            let written = bench.db.write((), |_, ()| Box::pin(async { Ok::<_, Error>(Span::current().id()) })).await;
            let read = bench.db.read((), |_, ()| Box::pin(async { Ok::<_, Error>(Span::current().id()) })).await;
            (written.unwrap(), read.unwrap())
        };
        let asked = span.id();
        assert!(asked.is_some());
        assert_eq!(inside.instrument(span).await, (asked.clone(), asked));
    })
    .await;
}
