//! A mail server that only takes mail in, as fast as it comes: for load and for crashes. (Whether our mails are as they should
//! be is asked of a real one.) SMTP as far as it is needed: RFC 5321.

use std::sync::{Arc, Mutex, PoisonError};

use domain::Timestamp;
use store::Context;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A mail that was offered.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Its `Message-ID`.
    pub id: String,
    pub at: Timestamp,
    pub taken: bool,
}

/// Ends with the value.
pub struct Mailbox {
    /// `smtp://127.0.0.1:…`
    pub url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    context: Context,
    /// Refuses every so manieth for now; none if zero.
    refuse: Mutex<usize>,
    mails: Mutex<Vec<Mail>>,
}

impl Mailbox {
    /// Answers "try again later" to one mail in `refuse`.
    pub async fn start(refuse: usize) -> Self {
        let shared =
            Arc::new(Shared { context: Context::system(), refuse: Mutex::new(refuse), mails: Mutex::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("smtp://{}", listener.local_addr().expect("it listens"));
        let serving = tokio::spawn({
            let shared = shared.clone();
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let shared = shared.clone();
                    tokio::spawn(async move { talk(stream, &shared).await });
                }
            }
        });
        Self { url, shared, serving }
    }

    pub fn refuse_one_in(&self, many: usize) {
        *self.shared.refuse.lock().unwrap_or_else(PoisonError::into_inner) = many;
    }

    /// All that were offered so far.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.shared.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// One connection, until the other side has had enough.
async fn talk(stream: TcpStream, shared: &Shared) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mailbox\r\n").await.ok()?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let verb: String = line.chars().take(4).collect::<String>().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-mailbox\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING\r\n",
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                if shared.take_in(read_mail(&mut stream).await?) { "250 taken\r\n" } else { "451 try again later\r\n" }
            }
            "QUIT" => "221 bye\r\n",
            _ => "250 ok\r\n",
        };
        stream.write_all(answer.as_bytes()).await.ok()?;
    }
}

/// The `Message-ID` of a mail, which ends with a line of one point.
async fn read_mail(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let (mut id, mut line) = (String::new(), Vec::new());
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&line);
        if let Some((name, value)) = text.split_once(':')
            && id.is_empty()
            && name.eq_ignore_ascii_case("message-id")
        {
            value.trim().clone_into(&mut id);
        }
        if line == b".\r\n" {
            return Some(id);
        }
    }
}

impl Shared {
    fn take_in(&self, id: String) -> bool {
        let refuse = *self.refuse.lock().unwrap_or_else(PoisonError::into_inner);
        let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = refuse == 0 || !(mails.len() + 1).is_multiple_of(refuse);
        mails.push(Mail { id, at: self.context.now(), taken });
        taken
    }
}
