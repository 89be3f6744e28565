//! Debian's nginx with the configuration of the cloud's frontend, as an ordinary user.

use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::free_port;

const CONFIGURATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/docker/nginx");
const NOBODY: u32 = 65_534;
/// For nginx to listen.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs until it goes out of scope.
pub struct Frontend {
    process: Child,
    pub port: u16,
    folder: TempDir,
}

impl Frontend {
    /// In front of backends at `host:port`, with a small build of the web application.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    #[must_use]
    pub fn start(backends: &[String]) -> Self {
        let (port, folder) = (free_port(), TempDir::new().expect("a temporary folder"));
        let at = |path: &Path| path.to_str().expect("a plain path").to_owned();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        };
        for (name, text) in [
            ("index.html", "<!doctype html><title>Page</title>"),
            ("index.html.gz", "the page by gzip"),
            ("icon.svg", "<svg/>"),
            ("assets/main-1a2b.js", "the script"),
            ("assets/main-1a2b.js.gz", "the script by gzip"),
        ] {
            write(&format!("html/{name}"), text);
        }
        let read =
            |name: &str| std::fs::read_to_string(Path::new(CONFIGURATION).join(name)).expect("the configuration");
        // Where there are several, each is asked whatever happened before, as a Service of Kubernetes would.
        let servers: Vec<String> = backends.iter().map(|backend| format!("{backend} max_fails=0")).collect();
        // What `start` does in the image, and folders and a port of this test's own.
        let site = read("templates/default.conf.template")
            .replace("${BACKEND}", &servers.join("; server "))
            .replace("${ROOT}", &at(&folder.path().join("html")))
            .replace("${LISTEN}", &format!("127.0.0.1:{port}"));
        assert!(!site.contains("${"), "{site}");
        write("conf.d/default.conf", &site);
        let main = read("nginx.conf")
            .replace("/tmp/", &format!("{}/", at(folder.path())))
            .replace("/dev/stdout", &at(&folder.path().join("access.log")));
        write("nginx.conf", &main);
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).expect("permissions");
        let mut nginx = Command::new(program());
        if rustix::process::geteuid().is_root() {
            nginx.uid(NOBODY).gid(NOBODY);
        }
        let log = std::fs::File::create(folder.path().join("err")).expect("a file");
        let configuration = at(&folder.path().join("nginx.conf"));
        nginx.args(["-e", "stderr", "-c", &configuration, "-g", "daemon off;"]);
        let process = nginx.stdin(Stdio::null()).stderr(log).spawn().expect("nginx starts");
        let frontend = Self { process, port, folder };
        frontend.wait();
        frontend
    }

    /// What it has complained of.
    ///
    /// # Panics
    ///
    /// When its log is gone.
    #[must_use]
    pub fn complaints(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("err")).expect("its log")
    }

    fn wait(&self) {
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let log = self.complaints();
            assert!(!log.contains("[emerg]") && begun.elapsed() < PATIENCE, "nginx does not listen: {log}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Frontend {
    fn drop(&mut self) {
        // The master ends its workers when it is asked to; killed, it would leave them behind.
        let pid = rustix::process::Pid::from_child(&self.process);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.process.wait();
    }
}

/// Debian keeps it out of an ordinary user's PATH.
fn program() -> &'static str {
    ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"]
        .into_iter()
        .find(|path| Path::new(path).exists())
        .unwrap_or_else(|| panic!("no nginx: scripts/tools.py nginx installs it"))
}
