//! Connections: at most so many, none that only holds its place, and an orderly end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use api::Problem;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::header::{CONNECTION, HOST};
use axum::http::{HeaderValue, Request, Version};
use axum::response::IntoResponse as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
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
const LAST_WORD: Duration = Duration::from_millis(250);
/// How often it is looked whether all have gone.
const LOOK_EVERY: Duration = Duration::from_millis(20);
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
        door.open_until(tokio::time::sleep(LOOK_EVERY)).await;
    }
    let graceful = door.close();
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
        tokio::spawn(converse(stream, peer, router, watcher, stop, place));
    }

    /// Lets in whom the system has let in already, who would be cut off when nobody listens any more. The system itself is asked:
    /// the runtime may not have heard of the last ones yet.
    fn close(self) -> GracefulShutdown {
        let Self { listener, router, places, graceful, stop } = self;
        if let Ok(listener) = listener.into_std() {
            while let Ok(place) = places.clone().try_acquire_owned()
                && let Ok((stream, peer)) = listener.accept()
            {
                let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
                if let Ok(stream) = stream {
                    tokio::spawn(converse(stream, peer, router.clone(), graceful.watcher(), stop.clone(), place));
                }
            }
        }
        graceful
    }
}

/// One connection, to its end. Its place is free after that.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    watcher: Watcher,
    stop: CancellationToken,
    _place: OwnedSemaphorePermit,
) {
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

/// Whether a request has one `Host` and no second, which a proxy might read instead of the first (RFC 9112, 3.2). HTTP/1.0 knows
/// none.
fn names_its_host(request: &Request<axum::body::Body>) -> bool {
    match request.headers().get_all(HOST).iter().count() {
        0 => request.version() == Version::HTTP_10,
        named => named == 1,
    }
}

async fn answer(
    router: Router,
    peer: SocketAddr,
    mut request: Request<axum::body::Body>,
    stop: CancellationToken,
) -> Result<axum::response::Response, Infallible> {
    if !names_its_host(&request) {
        return Ok(([(CONNECTION, "close")], Problem::host_is_not_named()).into_response());
    }
    request.extensions_mut().insert(ConnectInfo(peer));
    let mut response = router.oneshot(request).await?;
    if stop.is_cancelled() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}
