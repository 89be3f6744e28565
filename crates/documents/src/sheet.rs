//! Pages that fill from top to bottom: what is put on them is collected first, because only the end knows how many there are,
//! and then printed with its tags. Lengths are points (1/72 inch), from the top left corner.

use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder, PdfVersion};
use krilla::geom::{Path, PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Node, SpanTag, TagGroup, TagKind, TagTree};

use crate::Error;
use crate::fonts::{Fonts, Weight};
use crate::text::{Run, lines};

/// A4 (ISO 216), and what stays white.
pub(crate) const WIDTH: f32 = 595.276;
pub(crate) const HEIGHT: f32 = 841.89;
pub(crate) const LEFT: f32 = 48.0;
pub(crate) const RIGHT: f32 = WIDTH - 48.0;
pub(crate) const TOP: f32 = 44.0;
/// Where the text of a page begins that is not the first.
const TOP_OF_NEXT: f32 = 70.0;
/// Of one line to the next, in sizes of the letters.
pub(crate) const LEADING: f32 = 1.36;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Ink(u8, u8, u8);

pub(crate) const BLACK: Ink = Ink(24, 29, 38);
/// 5.9 : 1 on white, so that everybody can read it (WCAG 2.2, 1.4.3).
pub(crate) const GREY: Ink = Ink(86, 95, 110);
pub(crate) const BLUE: Ink = Ink(24, 72, 120);
pub(crate) const LINE: Ink = Ink(205, 211, 220);
pub(crate) const SHADE: Ink = Ink(239, 243, 248);
/// For the code, which machines read.
const FULL_BLACK: Ink = Ink(0, 0, 0);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) weight: Weight,
    pub(crate) size: f32,
    pub(crate) ink: Ink,
}

impl Style {
    pub(crate) const fn plain(size: f32) -> Self {
        Self { weight: Weight::Regular, size, ink: BLACK }
    }

    pub(crate) const fn bold(size: f32) -> Self {
        Self { weight: Weight::Bold, ..Self::plain(size) }
    }

    pub(crate) const fn grey(size: f32) -> Self {
        Self { ink: GREY, ..Self::plain(size) }
    }

    pub(crate) const fn with(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    pub(crate) fn leading(self) -> f32 {
        self.size * LEADING
    }
}

/// A place in the tree of tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag(usize);

/// What a screen reader is to make of a mark.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meaning {
    Part(Tag),
    /// Nothing: it repeats, or decorates.
    Decoration(ArtifactType),
}

enum Mark {
    Text { run: Run, style: Style, at: Point, meaning: Meaning },
    Area { area: Rect, ink: Ink },
    Picture { image: Image, area: Rect, tag: Tag },
    Code { path: Path, tag: Tag },
}

struct Branch {
    tag: TagKind,
    parent: Option<usize>,
}

/// What a PDF says of itself.
pub(crate) struct About {
    pub(crate) title: String,
    pub(crate) author: String,
    pub(crate) language: &'static str,
    /// Names the content, so that all copies of it are known for the same.
    pub(crate) id: String,
    pub(crate) made: krilla::metadata::DateTime,
}

pub(crate) struct Sheet {
    pub(crate) fonts: Fonts,
    pages: Vec<Vec<Mark>>,
    tags: Vec<Branch>,
    /// Where the next thing goes.
    pub(crate) y: f32,
    /// Above what stands at the foot of each page.
    bottom: f32,
    /// At the head of each page but the first.
    running_head: String,
    footer: Vec<Run>,
}

const FOOTER: Style = Style::grey(7.0);
const FOOTER_WIDTH: f32 = RIGHT - LEFT - 50.0;
const FOOT: f32 = HEIGHT - 34.0;

impl Sheet {
    /// `footer` stands at the foot of each page, beside the page's number.
    pub(crate) fn new(running_head: String, footer: &str) -> Result<Self, Error> {
        let fonts = Fonts::get().ok_or_else(|| Error::Pdf("the fonts cannot be read".into()))?;
        let mut footer = lines(fonts, FOOTER.weight, footer, FOOTER_WIDTH / FOOTER.size);
        // A company that says more than this of itself says it elsewhere too.
        footer.truncate(5);
        let bottom = FOOT - float(footer.len().max(1)) * FOOTER.leading() - 14.0;
        Ok(Self { fonts, pages: vec![Vec::new()], tags: Vec::new(), y: TOP, bottom, running_head, footer })
    }

    /// A new place in the tree, behind those that are there.
    pub(crate) fn tag(&mut self, parent: Option<Tag>, tag: impl Into<TagKind>) -> Tag {
        self.tags.push(Branch { tag: tag.into(), parent: parent.map(|Tag(at)| at) });
        Tag(self.tags.len() - 1)
    }

    /// Begins a page if less than `height` is left on this one; says whether it did.
    pub(crate) fn need(&mut self, height: f32) -> bool {
        if self.y + height <= self.bottom || self.y <= TOP_OF_NEXT {
            return false;
        }
        self.next_page();
        true
    }

    pub(crate) fn next_page(&mut self) {
        self.pages.push(Vec::new());
        let style = Style::grey(8.0);
        let mut run = self.run(style, &self.running_head.clone());
        let meaning = Meaning::Decoration(ArtifactType::Header);
        let scale = fit(run.width * style.size, RIGHT - LEFT);
        run.meant = None;
        self.put(run, Style { size: style.size * scale, ..style }, LEFT, TOP, meaning);
        self.y = TOP_OF_NEXT;
    }

    /// What is left of this page.
    pub(crate) fn room(&self) -> f32 {
        self.bottom - self.y
    }

    /// What an empty page has.
    pub(crate) fn room_of_next(&self) -> f32 {
        self.bottom - TOP_OF_NEXT
    }

    pub(crate) fn run(&self, style: Style, text: &str) -> Run {
        Run::new(self.fonts, style.weight, text)
    }

    pub(crate) fn lines(&self, style: Style, text: &str, width: f32) -> Vec<Run> {
        lines(self.fonts, style.weight, text, width / style.size)
    }

    /// A line of text whose top is at `y`.
    pub(crate) fn put(&mut self, run: Run, style: Style, x: f32, y: f32, meaning: Meaning) {
        // Noto's letters reach 1.069 above the line and 0.293 below: together the leading.
        let at = Point::from_xy(x, y + style.size * 1.069);
        self.mark(Mark::Text { run, style, at, meaning });
    }

    /// Lines from (x, y) downwards; the height that they took.
    pub(crate) fn paragraph(&mut self, tag: Tag, style: Style, (x, y): (f32, f32), width: f32, text: &str) -> f32 {
        let lines = self.lines(style, text, width);
        let height = float(lines.len()) * style.leading();
        for (i, run) in lines.into_iter().enumerate() {
            self.put(run, style, x, y + float(i) * style.leading(), Meaning::Part(tag));
        }
        height
    }

    /// One line that ends at `right` and begins not left of `left`: made smaller if it must be.
    pub(crate) fn ending(&mut self, tag: Tag, style: Style, (left, right, y): (f32, f32, f32), text: &str) {
        let run = self.run(style, text);
        let scale = fit(run.width * style.size, right - left);
        let x = right - run.width * style.size * scale;
        let top = y + (1.0 - scale) * style.size;
        self.put(run, Style { size: style.size * scale, ..style }, x, top, Meaning::Part(tag));
    }

    pub(crate) fn area(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), ink: Ink) {
        if let Some(area) = Rect::from_xywh(x, y, width, height) {
            self.mark(Mark::Area { area, ink });
        }
    }

    pub(crate) fn picture(&mut self, tag: Tag, image: Image, (x, y): (f32, f32), (width, height): (f32, f32)) {
        if let Some(area) = Rect::from_xywh(x, y, width, height) {
            self.mark(Mark::Picture { image, area, tag });
        }
    }

    /// Dark squares on white, `side` wide in all.
    pub(crate) fn code(&mut self, tag: Tag, modules: &[Vec<bool>], (x, y): (f32, f32), side: f32) {
        let module = side / float(modules.len().max(1));
        let mut path = PathBuilder::new();
        for (i, row) in modules.iter().enumerate() {
            let dark = |at: usize| row.get(at).copied().unwrap_or(false);
            let mut at = 0;
            while at < row.len() {
                let run = (at..row.len()).take_while(|at| dark(*at)).count();
                let (left, top) = (x + float(at) * module, y + float(i) * module);
                if let Some(bar) = Rect::from_xywh(left, top, float(run) * module, module).filter(|_| run > 0) {
                    path.push_rect(bar);
                }
                at += run.max(1);
            }
        }
        if let Some(path) = path.finish() {
            self.mark(Mark::Code { path, tag });
        }
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Writes all of it.
    pub(crate) fn print(mut self, about: About) -> Result<Vec<u8>, Error> {
        self.finish_pages();
        let mut document = configured();
        let mut leaves: Vec<Vec<Node>> = self.tags.iter().map(|_| Vec::new()).collect();
        for marks in &self.pages {
            let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| Error::Pdf("no page".into()))?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            for mark in marks {
                mark.draw(self.fonts, &mut surface, &mut leaves);
            }
            surface.finish();
            page.finish();
        }
        document.set_tag_tree(tree(self.tags, leaves, about.language));
        document.set_outline(outline(&about.title));
        document.set_metadata(about.metadata());
        finished(document)
    }

    fn finish_pages(&mut self) {
        let count = self.pages.len();
        for number in 0..count {
            let (mut y, meaning) = (FOOT - float(self.footer.len().max(1)) * FOOTER.leading(), ArtifactType::Footer);
            let text = self.run(FOOTER, &format!("{} / {count}", number + 1));
            let x = RIGHT - text.width * FOOTER.size;
            let footer = self.footer.clone().into_iter().map(|run| (run, LEFT));
            let mut marks = Vec::new();
            for (run, x) in footer.chain([(text, x)]) {
                let last = x > LEFT;
                let top = if last { FOOT - FOOTER.leading() } else { y };
                let at = Point::from_xy(x, top + FOOTER.size * 1.069);
                marks.push(Mark::Text { run, style: FOOTER, at, meaning: Meaning::Decoration(meaning) });
                y += FOOTER.leading();
            }
            self.pages[number].extend(marks);
        }
    }
}

impl Mark {
    fn draw(&self, fonts: Fonts, surface: &mut Surface<'_>, leaves: &mut [Vec<Node>]) {
        match self {
            Self::Text { run, style, at, meaning } => {
                let span = SpanTag::empty().with_actual_text(run.meant.as_deref());
                begin(surface, *meaning, ContentTag::Span(span), leaves);
                surface.set_fill(Some(fill(style.ink)));
                let font = fonts.face(run.weight).font.clone();
                surface.draw_glyphs(*at, &run.glyphs, font, &run.text, style.size, false);
            }
            Self::Area { area, ink } => {
                begin(surface, Meaning::Decoration(ArtifactType::Layout), ContentTag::Other, leaves);
                surface.set_fill(Some(fill(*ink)));
                let mut path = PathBuilder::new();
                path.push_rect(*area);
                if let Some(path) = path.finish() {
                    surface.draw_path(&path);
                }
            }
            Self::Picture { image, area, tag } => {
                begin(surface, Meaning::Part(*tag), ContentTag::Other, leaves);
                if let Some(size) = Size::from_wh(area.width(), area.height()) {
                    surface.push_transform(&Transform::from_translate(area.left(), area.top()));
                    surface.draw_image(image.clone(), size);
                    surface.pop();
                }
            }
            Self::Code { path, tag } => {
                begin(surface, Meaning::Part(*tag), ContentTag::Other, leaves);
                surface.set_fill(Some(fill(FULL_BLACK)));
                surface.draw_path(path);
            }
        }
        surface.end_tagged();
    }
}

fn begin(surface: &mut Surface<'_>, meaning: Meaning, content: ContentTag<'_>, leaves: &mut [Vec<Node>]) {
    match meaning {
        Meaning::Part(Tag(at)) => {
            let leaf = surface.start_tagged(content);
            leaves[at].push(leaf.into());
        }
        Meaning::Decoration(kind) => drop(surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)))),
    }
}

/// Children stand behind their parents in the list, so from the end each is complete when its turn comes.
fn tree(tags: Vec<Branch>, mut leaves: Vec<Vec<Node>>, language: &str) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
    let mut tops = Vec::new();
    for (at, branch) in tags.into_iter().enumerate().rev() {
        let mut children = std::mem::take(&mut leaves[at]);
        // What was given to it from its children came last to first.
        if children.iter().all(|child| matches!(child, Node::Group(_))) {
            children.reverse();
        }
        if children.is_empty() {
            continue;
        }
        let group = TagGroup::with_children(branch.tag, children);
        match branch.parent {
            Some(parent) => leaves[parent].push(group.into()),
            None => tops.push(group),
        }
    }
    for group in tops.into_iter().rev() {
        tree.push(group);
    }
    tree
}

fn outline(title: &str) -> krilla::outline::Outline {
    let top = krilla::destination::XyzDestination::new(0, Point::from_xy(0.0, 0.0));
    let mut outline = krilla::outline::Outline::new();
    outline.push_child(krilla::outline::OutlineNode::new(title.to_owned(), top));
    outline
}

impl About {
    fn metadata(self) -> krilla::metadata::Metadata {
        krilla::metadata::Metadata::new()
            .title(self.title)
            .authors(vec![self.author].into_iter().filter(|author| !author.is_empty()).collect())
            .language(self.language.to_owned())
            .creator("Comptoir".to_owned())
            .producer("Comptoir, krilla".to_owned())
            .document_id(self.id)
            .creation_date(self.made)
    }
}

fn fill(Ink(red, green, blue): Ink) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}

/// By how much what is so wide must be made smaller.
pub(crate) fn fit(wide: f32, room: f32) -> f32 {
    if wide > room { room / wide } else { 1.0 }
}

#[expect(clippy::cast_precision_loss, reason = "counts of lines, pages and modules")]
pub(crate) const fn float(count: usize) -> f32 {
    count as f32
}

/// An empty document that may only become what every archive and every reader can take: PDF/A-2a (ISO 19005-2) and PDF/UA-1
/// (ISO 14289-1). krilla refuses to finish one that is not.
fn configured() -> krilla::Document {
    let builder = ConfigurationBuilder::new()
        .with_version(PdfVersion::Pdf17)
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1);
    // Both standards are made for PDF 1.7; the tests look for them in the result.
    let configuration = builder.finish().unwrap_or_default();
    krilla::Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() })
}

fn finished(document: krilla::Document) -> Result<Vec<u8>, Error> {
    document.finish().map_err(|why| Error::Pdf(format!("{why}: {why:?}").chars().take(500).collect()))
}
