//! A database server that belongs to one test, which may stop it, kill it and start it again.

use std::fs::{File, Permissions};
use std::io::Read as _;
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use store::testing;
use tempfile::TempDir;

use crate::free_port;

const STEP: Duration = Duration::from_millis(50);
/// A minute, in steps.
const PATIENCE: u32 = 1200;

/// A `MariaDB` with a data folder and a port of its own; gone when dropped.
pub struct ThrowawayMariaDb {
    folder: TempDir,
    port: u16,
    server: Option<Child>,
}

impl ThrowawayMariaDb {
    /// Makes a data folder and starts a server on it.
    ///
    /// # Panics
    ///
    /// When no server is installed or it does not start; its log is in the message.
    #[must_use]
    pub fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let mut database = Self { folder, port: free_port(), server: None };
        for folder in [database.data(), database.temporary()] {
            std::fs::create_dir(&folder).expect("a folder");
            if let Some((_, uid)) = server_user() {
                // The server refuses to run as root; its user must be able to walk through.
                let open = std::fs::set_permissions(database.folder.path(), Permissions::from_mode(0o755));
                open.and_then(|()| chown(folder, Some(uid), None)).expect("a folder for the server's user");
            }
        }
        let made = database
            .command("mariadb-install-db")
            .args(["--auth-root-authentication-method=normal", "--skip-test-db"])
            .status();
        assert!(made.is_ok_and(|status| status.success()), "mariadb-install-db: {}", database.log());
        database.start_again();
        database
    }

    /// Starts the server once more, at the same address with the same data.
    pub fn start_again(&mut self) {
        let data = self.data().display().to_string();
        let server = self
            .command("mariadbd")
            .args(["--bind-address=127.0.0.1", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=2"])
            .args([
                format!("--port={}", self.port),
                format!("--socket={data}/socket"),
                format!("--pid-file={data}/pid"),
            ])
            .spawn();
        self.server = Some(server.expect("mariadbd starts"));
        for _ in 0..PATIENCE {
            if self.answers() {
                return;
            }
            sleep(STEP);
        }
        panic!("mariadbd does not answer: {}", self.log());
    }

    /// Asks the server to stop, as an operator does, and waits for its end.
    pub fn stop(&mut self) {
        self.end(Signal::TERM);
    }

    /// Ends the server as a crash does.
    pub fn kill(&mut self) {
        self.end(Signal::KILL);
    }

    /// An empty database, by its URL.
    pub async fn create_database(&self, name: &str) -> String {
        let server = format!("mysql://root@127.0.0.1:{}/", self.port);
        testing::create_database(&server, name).await.expect("a new database")
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    fn end(&mut self, signal: Signal) {
        if let Some(mut server) = self.server.take() {
            kill_process(Pid::from_child(&server), signal).expect("the server can be ended");
            server.wait().expect("the server ends");
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Servers that share one remove each other's temporary tables when they start.
    fn temporary(&self) -> PathBuf {
        self.folder.path().join("tmp")
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn command(&self, name: &str) -> Command {
        let log = File::options().create(true).append(true).open(self.folder.path().join("log")).expect("a log file");
        let mut command = Command::new(program(name));
        command.arg("--no-defaults").arg(format!("--datadir={}", self.data().display()));
        command.env("TMPDIR", self.temporary()).arg(format!("--tmpdir={}", self.temporary().display()));
        command.args(server_user().map(|(name, _)| format!("--user={name}")));
        let copy = log.try_clone().expect("a log file");
        command.stdin(Stdio::null()).stdout(log).stderr(copy);
        command
    }

    /// Whether the first packet of the protocol comes: length, sequence, then version 10.
    fn answers(&self) -> bool {
        let mut begin = [0; 5];
        let read = TcpStream::connect(("127.0.0.1", self.port)).and_then(|mut stream| stream.read_exact(&mut begin));
        read.is_ok() && begin[4] == 10
    }
}

impl Drop for ThrowawayMariaDb {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Debian keeps servers out of an ordinary user's PATH.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let mut candidates = folders.map(|folder| folder.join(name));
    candidates.find(|candidate| candidate.is_file()).unwrap_or_else(|| panic!("install MariaDB: there is no {name}"))
}

/// Name and id of the user that the server runs as, where we are root.
fn server_user() -> Option<(String, u32)> {
    if std::fs::metadata(Path::new("/proc/self")).expect("a process").uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").expect("a list of users");
    let id = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        Some((name.to_owned(), line.split(':').nth(2)?.parse().ok()?))
    };
    id("mysql").or_else(|| id("nobody"))
}
