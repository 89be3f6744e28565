//! Text that is measured and broken into lines.

use krilla::text::KrillaGlyph;

use crate::fonts::{Fonts, UNKNOWN, Weight};

/// One line of text in one font, without a size yet.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) weight: Weight,
    /// As it is drawn.
    pub(crate) text: String,
    /// As it was meant, where letters are missing in the fonts.
    pub(crate) meant: Option<String>,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// In em.
    pub(crate) width: f32,
}

impl Run {
    pub(crate) fn new(fonts: Fonts, weight: Weight, text: &str) -> Self {
        let face = fonts.face(weight);
        let shown: String = text.chars().filter_map(visible).collect();
        let drawn: String = shown.chars().map(|c| if face.has(c) { c } else { UNKNOWN }).collect();
        let glyphs = face.shape(&drawn);
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        let meant = (drawn != shown).then_some(shown);
        Self { weight, text: drawn, meant, glyphs, width }
    }
}

/// A letter as it is drawn, if it is: what breaks lines or moves text about has no place inside a line.
fn visible(letter: char) -> Option<char> {
    match letter {
        // The last two choose among forms of what the fonts do not have.
        '\u{AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{E0000}'..='\u{E0FFF}' => None,
        c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => Some(' '),
        c => Some(c),
    }
}

/// The lines of a text that may be `width` wide (in em). A word that is wider than a line is cut.
pub(crate) fn lines(fonts: Fonts, weight: Weight, text: &str, width: f32) -> Vec<Run> {
    let paragraphs = text.split(['\n', '\u{2028}', '\u{2029}']).filter(|paragraph| !paragraph.trim().is_empty());
    paragraphs.flat_map(|paragraph| wrap(fonts, weight, paragraph.trim(), width)).collect()
}

fn wrap(fonts: Fonts, weight: Weight, paragraph: &str, width: f32) -> Vec<Run> {
    let whole = Run::new(fonts, weight, paragraph);
    if whole.width <= width {
        return vec![whole];
    }
    let space = Run::new(fonts, weight, " ").width;
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0.0);
    // Only at spaces where a line may end: not at those that hold an amount together.
    for word in paragraph.split([' ', '\t', '\r']).filter(|word| !word.is_empty()) {
        for (piece, wide) in pieces(fonts, weight, word, width) {
            if !line.is_empty() && used + space + wide > width {
                lines.push(Run::new(fonts, weight, &line));
                (line, used) = (String::new(), 0.0);
            }
            if !line.is_empty() {
                line.push(' ');
                used += space;
            }
            line.push_str(&piece);
            used += wide;
        }
    }
    if !line.is_empty() {
        lines.push(Run::new(fonts, weight, &line));
    }
    lines
}

/// A word in pieces that fit on a line, each with its width: mostly one.
fn pieces(fonts: Fonts, weight: Weight, word: &str, width: f32) -> Vec<(String, f32)> {
    let whole = Run::new(fonts, weight, word).width;
    if whole <= width {
        return vec![(word.to_owned(), whole)];
    }
    let (mut pieces, mut piece, mut used) = (Vec::new(), String::new(), 0.0);
    for letter in word.chars() {
        let wide = Run::new(fonts, weight, letter.encode_utf8(&mut [0; 4])).width;
        if !piece.is_empty() && used + wide > width {
            pieces.push((std::mem::take(&mut piece), used));
            used = 0.0;
        }
        piece.push(letter);
        used += wide;
    }
    pieces.push((piece, used));
    pieces
}
