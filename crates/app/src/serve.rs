//! Connections: at most so many, none that only holds its place, and an orderly end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Request};
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

use crate::linger::{Lingering, Unread};

/// A new connection sends the head of its first request in this time.
const FIRST_HEAD: Duration = Duration::from_secs(10);
/// How long a connection may be idle, and how long the head of a further request may take. Longer than load balancers and
/// proxies keep an idle connection (60 s with AWS and nginx), or they would send a request into one that we are closing.
const IDLE: Duration = Duration::from_secs(75);
/// A caller that takes nothing of its answer for so long is cut off.
const STUCK: Duration = Duration::from_secs(30);
/// Of all headers of a request together, in bytes. More is answered 431.
const MAX_HEAD: usize = 32 * 1024;
/// Once asked to stop, each connection ends with its next answer, which says so. Those that nobody uses end after this: ended at
/// once, a proxy might just be sending a request into one, and could not know whether it was heard.
const FAREWELL: Duration = Duration::from_millis(1500);
/// For a request that is on its way already when we close.
const LAST_WORD: Duration = Duration::from_millis(100);
/// After a failure to accept (no more file descriptors), let some end.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers until `stop`; then takes leave of the connections that there are, and ends when all have their answers.
///
/// Connections above `max_connections` wait to be accepted until one ends. HTTP/1.1 only: whoever speaks HTTP/2 to people
/// (a load balancer) speaks this to us.
pub(crate) async fn serve(listener: TcpListener, router: Router, max_connections: usize, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(max_connections.max(1)));
    let door = Door { listener, router, places, graceful: GracefulShutdown::new(), stop: stop.clone() };
    door.open_until(stop.cancelled()).await;
    // Proxies that have not heard of it yet still come, and are served.
    let begun = Instant::now();
    while door.graceful.count() > 0 && begun.elapsed() < FAREWELL {
        door.open_until(tokio::time::sleep(LAST_WORD / 5)).await;
    }
    // Whom the system has let in already would be cut off when nobody listens any more.
    while tokio::time::timeout(Duration::ZERO, door.admit()).await.is_ok() {}
    let Door { listener, graceful, .. } = door;
    drop(listener);
    if graceful.count() > 0 {
        tokio::time::sleep(LAST_WORD).await;
    }
    graceful.shutdown().await;
}

/// Where connections come in.
struct Door {
    listener: TcpListener,
    router: Router,
    places: Arc<Semaphore>,
    graceful: GracefulShutdown,
    stop: CancellationToken,
}

impl Door {
    async fn open_until(&self, end: impl Future<Output = ()>) {
        let open = async {
            loop {
                self.admit().await;
            }
        };
        tokio::select! {
            () = end => {}
            () = open => {}
        }
    }

    /// One connection, as soon as there is a place for it.
    async fn admit(&self) {
        // Never closed.
        let Ok(place) = self.places.clone().acquire_owned().await else { return };
        let Ok((stream, peer)) = self.listener.accept().await else {
            return tokio::time::sleep(PAUSE).await;
        };
        let (router, watcher, stop) = (self.router.clone(), self.graceful.watcher(), self.stop.clone());
        tokio::spawn(async move {
            converse(stream, peer, router, watcher, stop).await;
            drop(place);
        });
    }
}

/// One connection, to its end.
async fn converse(stream: TcpStream, peer: SocketAddr, router: Router, watcher: Watcher, stop: CancellationToken) {
    // Small answers must not wait for more to send. Fails on a connection that is gone, which the next step finds out.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(STUCK));
    let asked = Arc::new(AtomicBool::new(false));
    let (heard, unread) = (asked.clone(), Unread::default());
    let stream = Lingering::new(Box::pin(stream), unread.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        heard.store(true, Ordering::Relaxed);
        answer(router.clone(), peer, request.map(|body| unread.watch(body)), stop.clone())
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_header_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service);
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
    mut request: Request<axum::body::Body>,
    stop: CancellationToken,
) -> Result<axum::response::Response, Infallible> {
    request.extensions_mut().insert(ConnectInfo(peer));
    let mut response = router.oneshot(request).await?;
    if stop.is_cancelled() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}
