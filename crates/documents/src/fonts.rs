//! The two fonts, read once, and letters side by side as the font wants them (kerning, marks).

use std::sync::LazyLock;

use harfrust::{Direction, FontRef, ShapeOptions, ShapePlan, ShaperData, UnicodeBuffer, script};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::MetadataProvider as _;

/// See fonts/README.md.
static REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../fonts/NotoSans-Bold.ttf");

/// Stands for a letter that the fonts do not have: PDF/A forbids a font's own mark for that.
pub(crate) const UNKNOWN: char = '\u{FFFD}';

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// A font that is ready for use.
pub(crate) struct Face {
    pub(crate) font: Font,
    data: FontRef<'static>,
    shaper: ShaperData,
    /// Our text is shaped as Latin whatever it is: Greek and Cyrillic need nothing else, and other scripts are not here.
    plan: ShapePlan,
    units_per_em: f32,
}

// The fonts are part of the program; the tests of this crate render with both.
static REGULAR_FACE: LazyLock<Option<Face>> = LazyLock::new(|| Face::read(REGULAR));
static BOLD_FACE: LazyLock<Option<Face>> = LazyLock::new(|| Face::read(BOLD));

/// Both fonts.
#[derive(Clone, Copy)]
pub(crate) struct Fonts {
    regular: &'static Face,
    bold: &'static Face,
}

impl Fonts {
    pub(crate) fn get() -> Option<Self> {
        Some(Self { regular: REGULAR_FACE.as_ref()?, bold: BOLD_FACE.as_ref()? })
    }

    pub(crate) const fn face(self, weight: Weight) -> &'static Face {
        match weight {
            Weight::Regular => self.regular,
            Weight::Bold => self.bold,
        }
    }
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let font = Font::new(bytes.into(), 0)?;
        let data = FontRef::new(bytes).ok()?;
        let shaper = ShaperData::new(&data);
        let plan = {
            let shaping = shaper.shaper(&data).build();
            ShapePlan::new(&shaping, Direction::LeftToRight, Some(script::LATIN), None, &[])
        };
        let units_per_em = font.units_per_em();
        Some(Self { font, data, shaper, plan, units_per_em })
    }

    pub(crate) fn has(&self, letter: char) -> bool {
        self.data.charmap().map(letter).is_some()
    }

    /// The glyphs of a text, from left to right; advances and offsets in em.
    pub(crate) fn shape(&self, text: &str) -> Vec<KrillaGlyph> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        let options = ShapeOptions::new().plan(Some(&self.plan));
        let shaped = self.shaper.shaper(&self.data).build().shape(buffer, options);
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        let em = |units: i32| self.em(units);
        let mut glyphs = Vec::with_capacity(infos.len());
        for (i, (info, at)) in infos.iter().zip(positions).enumerate() {
            let start = info.cluster as usize;
            // A cluster ends where the next one begins.
            let next = infos[i..].iter().map(|later| later.cluster as usize).find(|cluster| *cluster > start);
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                em(at.x_advance),
                em(at.x_offset),
                em(at.y_offset),
                em(at.y_advance),
                start..next.unwrap_or(text.len()),
                None,
            ));
        }
        glyphs
    }

    #[expect(clippy::cast_precision_loss, reason = "a font's coordinates are small whole numbers")]
    fn em(&self, units: i32) -> f32 {
        units as f32 / self.units_per_em
    }
}
