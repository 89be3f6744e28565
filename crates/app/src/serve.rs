//! Connections: at most so many, none that only holds its place, and an orderly end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// A new connection sends the head of its first request in this time.
const FIRST_HEAD: Duration = Duration::from_secs(10);
/// How long a connection may be idle, and how long the head of a further request may take. Longer than load balancers and
/// proxies keep an idle connection (60 s with AWS and nginx), or they would send a request into one that we are closing.
const IDLE: Duration = Duration::from_secs(75);
/// A caller that takes nothing of its answer for so long is cut off.
const STUCK: Duration = Duration::from_secs(30);
/// Of all headers of a request together, in bytes. More is answered 431.
const MAX_HEAD: usize = 32 * 1024;
/// After a failure to accept (no more file descriptors), let some end.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers until `stop`; then takes no more connections, closes idle ones, and ends when the others have their answers.
///
/// Connections above `max_connections` wait to be accepted until one ends. HTTP/1.1 only: whoever speaks HTTP/2 to people
/// (a load balancer) speaks this to us.
pub(crate) async fn serve(listener: TcpListener, router: Router, max_connections: usize, stop: CancellationToken) {
    let (places, graceful) = (Arc::new(Semaphore::new(max_connections.max(1))), GracefulShutdown::new());
    loop {
        let accepted = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accepted => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let (router, watcher) = (router.clone(), graceful.watcher());
        tokio::spawn(async move {
            converse(stream, peer, router, watcher).await;
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// One connection, to its end.
async fn converse(stream: TcpStream, peer: SocketAddr, router: Router, watcher: Watcher) {
    // Small answers must not wait for more to send. Fails on a connection that is gone, which the next step finds out.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(STUCK));
    let asked = Arc::new(AtomicBool::new(false));
    let heard = asked.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        heard.store(true, Ordering::Relaxed);
        answer(router.clone(), peer, request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_header_size(MAX_HEAD)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let connection = watcher.watch(connection);
    tokio::pin!(connection);
    tokio::select! {
        // An error is the caller's: cut off, nonsense, too slow. hyper has answered where there was something to answer.
        _ = &mut connection => return,
        () = tokio::time::sleep(FIRST_HEAD) => {}
    }
    if asked.load(Ordering::Relaxed) {
        let _ = connection.await;
    }
}

async fn answer(
    router: Router,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<axum::response::Response, Infallible> {
    let mut request = request.map(axum::body::Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}
