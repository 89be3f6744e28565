//! Programs that this project did not write, and what they see in a PDF. Debian has them in poppler-utils and zbar-tools
//! (`scripts/tools.py readers`).

use std::path::PathBuf;
use std::process::Command;

use comptoir_documents::{Content, render};
use tempfile::TempDir;

/// A document in a file.
pub(crate) struct Pdf {
    folder: TempDir,
    path: PathBuf,
    pub(crate) bytes: Vec<u8>,
}

/// A word and where it stands, in points from the top left corner.
#[derive(Clone, Debug)]
#[expect(dead_code, reason = "the text is for whoever reads a failure")]
pub(crate) struct Word {
    pub(crate) page: usize,
    pub(crate) text: String,
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|e| panic!("{program}: {e}; scripts/tools.py readers installs it"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

impl Pdf {
    pub(crate) fn of(content: &Content) -> Self {
        let bytes = render(content).unwrap();
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("document.pdf");
        std::fs::write(&path, &bytes).unwrap();
        Self { folder, path, bytes }
    }

    fn path(&self) -> &str {
        self.path.to_str().unwrap()
    }

    /// Its text as a person would copy it, with plain spaces.
    pub(crate) fn text(&self) -> String {
        run("pdftotext", &["-layout", self.path(), "-"]).replace(['\u{A0}', '\u{202F}'], " ")
    }

    /// The text of the document, page by page.
    pub(crate) fn pages(&self) -> Vec<String> {
        let text = self.text();
        text.trim_end_matches('\u{C}').split('\u{C}').map(str::to_owned).collect()
    }

    pub(crate) fn info(&self) -> String {
        run("pdfinfo", &[self.path()])
    }

    /// The XMP metadata.
    pub(crate) fn metadata(&self) -> String {
        run("pdfinfo", &["-meta", self.path()])
    }

    /// The tree of tags, with the text of each.
    pub(crate) fn structure(&self) -> String {
        run("pdfinfo", &["-struct-text", self.path()]).replace(['\u{A0}', '\u{202F}'], " ")
    }

    /// One line a font, without the head.
    pub(crate) fn fonts(&self) -> Vec<String> {
        run("pdffonts", &[self.path()]).lines().skip(2).map(str::to_owned).collect()
    }

    pub(crate) fn words(&self) -> Vec<Word> {
        let html = run("pdftotext", &["-bbox", self.path(), "-"]);
        let (mut page, mut words) = (0, Vec::new());
        for line in html.lines().map(str::trim) {
            if line.starts_with("<page ") {
                page += 1;
            }
            let Some(rest) = line.strip_prefix("<word ") else { continue };
            let (attributes, text) = rest.split_once('>').unwrap();
            let at = |name: &str| {
                let (_, value) = attributes.split_once(&format!("{name}=\"")).unwrap();
                value.split('"').next().unwrap().parse::<f32>().unwrap()
            };
            let text = text.trim_end_matches("</word>").to_owned();
            words.push(Word { page, text, left: at("xMin"), top: at("yMin"), right: at("xMax"), bottom: at("yMax") });
        }
        words
    }

    /// What a telephone would read from the first page, printed and photographed at 150 dots an inch.
    pub(crate) fn code(&self) -> Option<String> {
        let page = self.folder.path().join("page");
        run(
            "pdftoppm",
            &["-r", "150", "-f", "1", "-l", "1", "-png", "-singlefile", self.path(), page.to_str().unwrap()],
        );
        let picture = page.with_extension("png");
        let output =
            Command::new("zbarimg").args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(picture).output();
        let output = output.unwrap_or_else(|e| panic!("zbarimg: {e}; scripts/tools.py readers installs it"));
        let text = String::from_utf8(output.stdout).unwrap();
        // zbarimg says 4 where it finds none.
        if output.status.code() == Some(4) { None } else { Some(text.trim_end_matches('\n').to_owned()) }
    }
}
