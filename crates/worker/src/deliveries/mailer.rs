//! How mails leave: by SMTP, or as files in a folder where no server is named.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use ops::mail::Sender;
use url::Url;

/// For each step of a conversation with the server, and for all of it.
const STEP: Duration = Duration::from_secs(30);
const ALL: Duration = Duration::from_mins(2);

/// Replies that say that the server does not let us in, whoever the mail is for (RFC 4954, section 6): an operator's mistake,
/// which must not send every mail to the desk.
const NOT_LET_IN: [u16; 4] = [530, 534, 535, 538];

#[derive(Clone, Debug)]
pub struct Settings {
    /// `smtp://user:password@host:587?tls=required`, `smtps://…`. None: files in `folder`.
    pub smtp_url: Option<String>,
    /// Certificates (PEM) that are trusted beside the machine's.
    pub smtp_ca: Option<Vec<u8>>,
    pub folder: PathBuf,
    /// Mails that are handed over at the same time.
    pub connections: usize,
    pub sender: Sender,
}

impl Settings {
    /// No server: each mail becomes a file in this folder.
    #[must_use]
    pub fn files(folder: impl Into<PathBuf>) -> Self {
        let (folder, sender) = (folder.into(), Sender::default());
        Self { smtp_url: None, smtp_ca: None, folder, connections: 16, sender }
    }
}

/// Why a mail was not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// It never will be as it is: the address or the mail itself is at fault.
    pub(crate) for_good: bool,
    /// What the server answered.
    pub(crate) status: Option<i64>,
    pub(crate) error: String,
}

pub(crate) struct Mailer {
    transport: Transport,
    pub(crate) settings: Settings,
}

enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

impl Mailer {
    /// Says what is wrong with an address or a certificate, without the password.
    pub(crate) fn new(settings: &Settings) -> Result<Self, String> {
        let transport = match &settings.smtp_url {
            Some(url) => Transport::Smtp(transport(url, settings)?),
            None => Transport::Folder(settings.folder.clone()),
        };
        Ok(Self { transport, settings: settings.clone() })
    }

    /// Hands a mail over; what the server answered.
    pub(crate) async fn send(&self, id: &str, envelope: &Envelope, message: &[u8]) -> Result<Option<i64>, Refusal> {
        match &self.transport {
            Transport::Folder(folder) => write(folder, id, message).await.map(|()| None).map_err(|e| {
                let error = format!("{}: {e}", folder.display());
                Refusal { for_good: false, status: None, error }
            }),
            Transport::Smtp(smtp) => match tokio::time::timeout(ALL, smtp.send_raw(envelope, message)).await {
                Ok(Ok(reply)) => Ok(Some(u16::from(reply.code()).into())),
                Ok(Err(error)) => Err(refusal(&error)),
                Err(_) => Err(Refusal { for_good: false, status: None, error: "the server takes too long".into() }),
            },
        }
    }
}

fn transport(url: &str, settings: &Settings) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
    let example = "must be like smtp://user:password@mail.example.com:587?tls=required or smtps://mail.example.com";
    // lettre's own words could hold the password.
    let parsed = Url::parse(url).map_err(|_| example.to_owned())?;
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| example.to_owned())?;
    let required = parsed.query_pairs().any(|(name, value)| name == "tls" && value == "required");
    if let Some(pem) = &settings.smtp_ca {
        let trusted = |host: &str| {
            let certificate = Certificate::from_pem(pem)?;
            TlsParameters::builder(host.to_owned()).add_root_certificate(certificate).build_rustls()
        };
        let parameters = trusted(parsed.host_str().unwrap_or_default()).map_err(|e| format!("smtp_ca: {e}"))?;
        builder = match parsed.scheme() {
            "smtps" => builder.tls(Tls::Wrapper(parameters)),
            _ if required => builder.tls(Tls::Required(parameters)),
            _ => builder,
        };
    }
    let pool = PoolConfig::new().max_size(u32::try_from(settings.connections).unwrap_or(u32::MAX).max(1));
    Ok(builder.timeout(Some(STEP)).pool_config(pool).build())
}

fn refusal(error: &smtp::Error) -> Refusal {
    let status = error.status().map(u16::from);
    // What a reply or an error tells is in its sources.
    let mut told = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !told.contains(&text) {
            told = format!("{told}: {text}");
        }
        cause = inner.source();
    }
    // lettre has no kind for it: an address that this server cannot take (RFC 6531).
    let beyond_the_server = error.is_client() && told.contains("SMTPUTF8");
    let for_good = beyond_the_server || error.is_permanent() && status.is_none_or(|code| !NOT_LET_IN.contains(&code));
    Refusal { for_good, status: status.map(i64::from), error: told }
}

/// The file is there whole, or not at all; sent again, it is the same file.
async fn write(folder: &Path, id: &str, message: &[u8]) -> std::io::Result<()> {
    let (folder, id, message) = (folder.to_owned(), id.to_owned(), message.to_vec());
    let write = tokio::task::spawn_blocking(move || {
        use std::io::Write as _;
        std::fs::create_dir_all(&folder)?;
        let (path, part) = (folder.join(format!("{id}.eml")), folder.join(format!(".{id}.part")));
        let mut file = std::fs::File::create(&part)?;
        file.write_all(&message)?;
        file.sync_all()?;
        std::fs::rename(&part, &path)
    });
    write.await.map_err(std::io::Error::other)?
}
