//! Tables that go on over pages, with their head repeated.

use krilla::tagging::{ArtifactType, TableHeaderScope, Tag as PdfTag};

use crate::sheet::{GREY, LINE, Meaning, SHADE, Sheet, Style, Tag, fit, float};
use crate::text::Run;

const SIZE: f32 = 8.5;
/// Between columns, and above and below a row.
const GAP: f32 = 10.0;
const AIR: f32 = 3.4;
/// What the first column has at the least: figures are made smaller for it.
const MIN_FIRST: f32 = 150.0;

pub(crate) struct Table<'t> {
    pub(crate) left: f32,
    pub(crate) right: f32,
    /// What the table shows, for people who cannot see it.
    pub(crate) summary: &'t str,
    /// The first is text and takes what the others leave; those are figures, set to the right.
    pub(crate) head: Vec<&'t str>,
    pub(crate) rows: Vec<Row>,
}

pub(crate) struct Row {
    pub(crate) text: String,
    /// Smaller, below the text.
    pub(crate) note: Option<String>,
    pub(crate) figures: Vec<String>,
}

/// A row that is set, and not put yet.
struct SetRow {
    text: Vec<(Run, Style)>,
    figures: Vec<Run>,
}

/// Where each column ends, and how large its figures are.
struct Columns {
    first: f32,
    ends: Vec<f32>,
    figure: Style,
}

impl Table<'_> {
    /// The height of all, if it does not go over a page.
    pub(crate) fn height(&self, sheet: &Sheet) -> f32 {
        let columns = self.columns(sheet);
        let rows: f32 = self.rows.iter().map(|row| set(sheet, &columns, row).height()).sum();
        rows + head_height()
    }

    pub(crate) fn draw(&self, sheet: &mut Sheet) {
        let columns = self.columns(sheet);
        let table = sheet.tag(None, PdfTag::Table.with_summary(Some(self.summary.to_owned())));
        sheet.need(head_height() + 2.0 * Style::plain(SIZE).leading());
        let head = sheet.tag(Some(table), PdfTag::THead);
        let row = sheet.tag(Some(head), PdfTag::TR);
        self.draw_head(sheet, &columns, Some(row));
        let body = sheet.tag(Some(table), PdfTag::TBody);
        for row in &self.rows {
            let set = set(sheet, &columns, row);
            let tag = sheet.tag(Some(body), PdfTag::TR);
            self.draw_row(sheet, &columns, tag, set);
        }
    }

    fn columns(&self, sheet: &Sheet) -> Columns {
        let style = Style::plain(SIZE);
        let widest = |i: usize| {
            let figures = self.rows.iter().filter_map(|row| row.figures.get(i));
            let figures = figures.map(|text| sheet.run(style, text).width).fold(0.0, f32::max);
            figures.max(sheet.run(Style::bold(SIZE), self.head[i + 1]).width) * SIZE
        };
        let widths: Vec<f32> = (0..self.head.len() - 1).map(widest).collect();
        let gaps = GAP * float(widths.len());
        let all = self.right - self.left;
        let room = all - gaps - MIN_FIRST.min(all / 3.0);
        let scale = fit(widths.iter().sum(), room);
        let mut end = self.right;
        let mut ends: Vec<f32> = Vec::new();
        for width in widths.iter().rev() {
            ends.insert(0, end);
            end -= width * scale + GAP;
        }
        Columns { first: end - self.left, ends, figure: Style::plain(SIZE * scale) }
    }

    /// For the first page with tags; repeated heads are no part of the table.
    fn draw_head(&self, sheet: &mut Sheet, columns: &Columns, tag: Option<Tag>) {
        let style = Style::bold(columns.figure.size).with(GREY);
        sheet.area((self.left - 4.0, sheet.y), (self.right - self.left + 8.0, head_height()), SHADE);
        let y = sheet.y + AIR + 1.0;
        for (i, title) in self.head.iter().enumerate() {
            let style = if i == 0 { Style { size: SIZE, ..style } } else { style };
            let meaning = match tag {
                Some(row) => Meaning::Part(sheet.tag(Some(row), PdfTag::TH(TableHeaderScope::Column))),
                None => Meaning::Decoration(ArtifactType::Header),
            };
            let run = sheet.run(style, title);
            let x = if i == 0 { self.left } else { columns.ends[i - 1] - run.width * style.size };
            sheet.put(run, style, x, y, meaning);
        }
        sheet.y += head_height();
    }

    /// A row stays together where a page can hold it.
    fn draw_row(&self, sheet: &mut Sheet, columns: &Columns, row: Tag, set: SetRow) {
        let height = set.height();
        let whole = height <= sheet.room_of_next() - head_height();
        if height > sheet.room() && (whole || sheet.room() < 60.0) {
            self.go_on(sheet, columns);
        }
        let text = sheet.tag(Some(row), PdfTag::TD);
        let y = sheet.y + AIR;
        for (i, run) in set.figures.into_iter().enumerate() {
            let tag = sheet.tag(Some(row), PdfTag::TD);
            let style = columns.figure;
            let x = columns.ends[i] - run.width * style.size;
            sheet.put(run, style, x, y + SIZE - style.size, Meaning::Part(tag));
        }
        sheet.y = y;
        for (run, style) in set.text {
            if style.leading() > sheet.room() {
                self.go_on(sheet, columns);
                sheet.y += AIR;
            }
            sheet.put(run, style, self.left, sheet.y, Meaning::Part(text));
            sheet.y += style.leading();
        }
        sheet.y = sheet.y.max(y + Style::plain(SIZE).leading()) + AIR;
        sheet.area((self.left - 4.0, sheet.y - 0.5), (self.right - self.left + 8.0, 0.5), LINE);
    }

    fn go_on(&self, sheet: &mut Sheet, columns: &Columns) {
        sheet.next_page();
        self.draw_head(sheet, columns, None);
    }
}

impl SetRow {
    fn height(&self) -> f32 {
        let text: f32 = self.text.iter().map(|(_, style)| style.leading()).sum();
        text.max(Style::plain(SIZE).leading()) + 2.0 * AIR
    }
}

fn set(sheet: &Sheet, columns: &Columns, row: &Row) -> SetRow {
    let (plain, small) = (Style::plain(SIZE), Style::grey(7.5));
    let text = sheet.lines(plain, &row.text, columns.first).into_iter().map(|run| (run, plain));
    let note = row.note.iter().flat_map(|note| sheet.lines(small, note, columns.first)).map(|run| (run, small));
    let figures = row.figures.iter().map(|figure| sheet.run(columns.figure, figure)).collect();
    SetRow { text: text.chain(note).collect(), figures }
}

fn head_height() -> f32 {
    Style::bold(SIZE).leading() + 2.0 * AIR + 2.0
}
