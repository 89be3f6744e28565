//! The program `comptoir` as a process of its own: started, asked whether it is ready, killed, asked to stop.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Ports;

const LOOK_EVERY: Duration = Duration::from_millis(5);

/// A running `serve`, `work` or `up`; killed at the latest when it goes out of scope.
pub struct Process {
    part: String,
    ports: Ports,
    child: Child,
}

impl Process {
    /// Starts a command that listens at these ports; `part` names it in messages.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    #[must_use]
    pub fn start(mut command: Command, part: &str, ports: Ports) -> Self {
        command.env("COMPTOIR_HTTP_LISTEN", format!("127.0.0.1:{}", ports.http));
        command.env("COMPTOIR_HTTP_HEALTH_LISTEN", format!("127.0.0.1:{}", ports.health));
        Self { part: part.to_owned(), ports, child: command.spawn().expect("the program starts") }
    }

    #[must_use]
    pub const fn ports(&self) -> Ports {
        self.ports
    }

    /// The number of the process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The address of its API, such as `http://127.0.0.1:20001/api/v1`.
    #[must_use]
    pub fn api(&self) -> String {
        format!("http://127.0.0.1:{}/api/v1", self.ports.http)
    }

    /// The status of `/readyz`; zero when nobody listens.
    #[must_use]
    pub fn readiness(&self) -> u16 {
        readiness(self.ports.health).unwrap_or(0)
    }

    /// Waits until it is ready.
    ///
    /// # Panics
    ///
    /// When it is not within `limit`, or has ended.
    pub fn wait_until_ready(&mut self, limit: Duration) {
        let begun = Instant::now();
        while self.readiness() != 200 {
            self.must_become_ready(begun, limit);
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Waits until it is ready, without holding up the other tasks of a test.
    ///
    /// # Panics
    ///
    /// As [`Process::wait_until_ready`].
    pub async fn ready_within(&mut self, limit: Duration) {
        let (begun, port) = (Instant::now(), self.ports.health);
        let asks = async || tokio::task::spawn_blocking(move || readiness(port)).await.expect("it can be asked");
        while asks().await.ok() != Some(200) {
            self.must_become_ready(begun, limit);
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn must_become_ready(&mut self, begun: Instant, limit: Duration) {
        let ended = self.child.try_wait().expect("a child can be asked");
        assert_eq!(ended, None, "{} ended before it was ready", self.part);
        assert!(begun.elapsed() < limit, "{} is not ready after {limit:?}", self.part);
    }

    /// Whether it has not ended.
    #[must_use]
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child can be asked").is_none()
    }

    /// How it has ended, if it has within `limit`.
    pub async fn ended_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + limit;
        loop {
            let ended = self.child.try_wait().expect("a child can be asked");
            if ended.is_some() || Instant::now() >= deadline {
                return ended;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// `kill -9`
    pub fn kill(&mut self) {
        // Fails only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM
    pub fn ask_to_stop(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("it runs");
    }

    /// SIGTERM, and its end.
    #[must_use]
    pub fn stop(&mut self) -> ExitStatus {
        self.ask_to_stop();
        self.child.wait().expect("a child can be waited for")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The status of `/readyz` at a port.
fn readiness(port: u16) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    write!(stream, "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0))
}
