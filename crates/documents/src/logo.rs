//! The picture at the head of a document.

use domain::LogoFormat;
use krilla::image::Image;
use krilla::metadata::DateTime;
use krilla::tagging::Tag;

use crate::Error;
use crate::sheet::{About, LEFT, Sheet, TOP};

/// The largest file, in bytes.
pub const MAX_LOGO_BYTES: usize = 512 * 1024;
/// The largest width and height, in pixels: three times what a printer can show of a logo.
pub const MAX_LOGO_SIDE: u32 = 1600;

/// What a file is that can stand on a document: its format, width and height. Looks at the file, not at what it is called, and
/// embeds it once to see that it can be.
///
/// [`Error::Logo`] says what is wrong with it.
pub fn check_logo(bytes: &[u8]) -> Result<(LogoFormat, u32, u32), Error> {
    if bytes.len() > MAX_LOGO_BYTES {
        return Err(Error::Logo(format!("must have at most {} KiB", MAX_LOGO_BYTES / 1024)));
    }
    let format = format(bytes).ok_or_else(|| Error::Logo("must be a PNG or JPEG picture".into()))?;
    let image = image(format, bytes)?;
    let (width, height) = image.size();
    if !(1..=MAX_LOGO_SIDE).contains(&width) || !(1..=MAX_LOGO_SIDE).contains(&height) {
        return Err(Error::Logo(format!(
            "must be at most {MAX_LOGO_SIDE} pixels wide and high, not {width} × {height}"
        )));
    }
    trial(image).map_err(|_| Error::Logo("cannot be read, or has colours for print (CMYK)".into()))?;
    Ok((format, width, height))
}

/// By the first bytes (PNG, section 5.2; JPEG, ITU T.81, annex B).
fn format(bytes: &[u8]) -> Option<LogoFormat> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(LogoFormat::Png)
    } else if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        Some(LogoFormat::Jpeg)
    } else {
        None
    }
}

/// The picture of a logo that was checked before.
pub(crate) fn read(bytes: &[u8]) -> Result<Image, Error> {
    let format = format(bytes).ok_or_else(|| Error::Logo("must be a PNG or JPEG picture".into()))?;
    image(format, bytes)
}

fn image(format: LogoFormat, bytes: &[u8]) -> Result<Image, Error> {
    let data = bytes.to_vec().into();
    match format {
        LogoFormat::Png => Image::from_png(data, false),
        LogoFormat::Jpeg => Image::from_jpeg(data, false),
    }
    .map_err(|why| Error::Logo(format!("cannot be read: {why}")))
}

/// A document with nothing but the picture.
fn trial(image: Image) -> Result<Vec<u8>, Error> {
    let mut sheet = Sheet::new(String::new(), "")?;
    let tag = sheet.tag(None, Tag::Figure(Some("Logo".into())));
    sheet.picture(tag, image, (LEFT, TOP), (10.0, 10.0));
    let (title, author, id) = ("Logo".into(), String::new(), "logo".into());
    sheet.print(About { title, author, language: "en", id, made: DateTime::new(2000) })
}
