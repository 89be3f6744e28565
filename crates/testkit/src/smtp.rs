//! A mail server that this project did not write (aiosmtpd), for as long as a test needs it.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A Python that has it: `scripts/test-servers` installs one.
const PYTHON: &str = "COMPTOIR_TEST_MAIL_PYTHON";
const SCRIPT: &str = include_str!("smtp_server.py");

/// What a server is like.
#[derive(Clone, Copy, Debug, Default)]
pub struct SmtpOptions {
    /// It has a certificate of its own making, and takes nothing without STARTTLS.
    pub tls: bool,
    /// `user password`: it takes nothing from others.
    pub login: Option<&'static str>,
    /// It knows no addresses but ASCII ones.
    pub ascii_only: bool,
}

/// A running server, or one that is down.
pub struct SmtpServer {
    folder: TempDir,
    options: SmtpOptions,
    port: u16,
    running: Option<Child>,
    certificate: Option<String>,
}

impl SmtpServer {
    /// # Panics
    ///
    /// When it cannot be started; when no Python is named that could.
    #[must_use]
    pub fn start(options: SmtpOptions) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        std::fs::write(folder.path().join("server.py"), SCRIPT).expect("a file");
        if let Some(login) = options.login {
            std::fs::write(folder.path().join("login"), login).expect("a file");
        }
        let certificate = options.tls.then(|| {
            let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
            std::fs::write(folder.path().join("cert.pem"), made.cert.pem()).expect("a file");
            std::fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).expect("a file");
            made.cert.pem()
        });
        let mut server = Self { folder, options, port: 0, running: None, certificate };
        server.up();
        server
    }

    /// Starts it again, at the same address.
    ///
    /// # Panics
    ///
    /// As [`SmtpServer::start`].
    pub fn up(&mut self) {
        let python = std::env::var(PYTHON);
        let python =
            python.unwrap_or_else(|_| panic!("{PYTHON} names no Python with aiosmtpd: use scripts/test-servers"));
        let mut command = Command::new(python);
        command.arg(self.path("server.py")).arg(self.folder.path()).arg(self.port.to_string());
        if self.options.tls {
            command.arg(self.path("cert.pem")).arg(self.path("key.pem"));
        }
        if self.options.ascii_only {
            command.arg("--no-smtputf8");
        }
        // What it tells of connections that a test wants refused would look like failures among the tests' own output.
        let log = std::fs::File::options().create(true).append(true).open(self.path("log")).expect("a file");
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("the mail server starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("its port");
        self.port = line.trim().parse().expect("the mail server says its port");
        self.running = Some(child);
    }

    /// Nobody answers at its address any more.
    ///
    /// # Panics
    ///
    /// When it cannot be ended.
    pub fn down(&mut self) {
        if let Some(mut child) = self.running.take() {
            child.kill().expect("it can be ended");
            child.wait().expect("it ends");
        }
    }

    /// As the settings name it, with this `user:password@` or none.
    #[must_use]
    pub fn url(&self, login: &str) -> String {
        let tls = if self.options.tls { "?tls=required" } else { "" };
        format!("smtp://{login}localhost:{}{tls}", self.port)
    }

    /// The certificate to trust (PEM).
    #[must_use]
    pub fn certificate(&self) -> Option<Vec<u8>> {
        self.certificate.clone().map(String::into_bytes)
    }

    /// Refuses mails to these addresses from now on, with a code, so many times at the most.
    ///
    /// # Panics
    ///
    /// When the rules cannot be written.
    pub fn refuse(&self, rules: &[(&str, u16, u32)]) {
        let mut text = String::new();
        for (address, code, times) in rules {
            writeln!(text, "{address} {code} {times}").expect("a text can be written");
        }
        std::fs::write(self.path("rules"), text).expect("the rules are written");
    }

    /// What it has taken, as Python's parser reads it.
    ///
    /// # Panics
    ///
    /// When that is no JSON.
    #[must_use]
    pub fn mails(&self) -> Vec<Value> {
        let lines = std::fs::read_to_string(self.path("mails")).unwrap_or_default();
        lines.lines().map(|line| serde_json::from_str(line).expect("a mail")).collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.down();
    }
}
