//! Which pictures are let in.

use comptoir_documents::{Error, MAX_LOGO_BYTES, check_logo, render};
use domain::{DocumentKind, Language, LogoFormat};

use crate::fixtures::{content, logo};
use crate::readers::Pdf;

const JPEG: &[u8] = include_bytes!("logo.jpg");

fn refused(bytes: &[u8], why: &str) {
    match check_logo(bytes) {
        Err(Error::Logo(message)) => assert!(message.contains(why), "{message:?} does not say {why:?}"),
        other => panic!("{other:?} instead of: {why}"),
    }
}

#[test]
fn a_png_and_a_jpeg_are_let_in_by_what_they_are() {
    assert_eq!(check_logo(&logo()).unwrap(), (LogoFormat::Png, 300, 100));
    assert_eq!(check_logo(JPEG).unwrap(), (LogoFormat::Jpeg, 60, 20));
    let mut content = content(DocumentKind::OrderConfirmation, Language::Fr);
    content.logo = Some(JPEG.to_vec());
    let pdf = Pdf::of(&content);
    assert!(pdf.structure().contains("Figure"));
}

#[test]
fn what_is_no_picture_or_cannot_be_printed_is_refused() {
    refused(b"", "PNG or JPEG");
    refused(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "PNG or JPEG");
    refused(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "PNG or JPEG");
    refused(include_bytes!("cmyk.jpg"), "CMYK");
    refused(include_bytes!("wide.png"), "1600 pixels");
    refused(&[&logo()[..], &vec![0; MAX_LOGO_BYTES]].concat(), "512 KiB");
}

#[test]
fn no_cut_or_damaged_picture_gets_in_or_breaks_anything() {
    for whole in [logo(), JPEG.to_vec()] {
        for end in (8..whole.len()).step_by(whole.len() / 60) {
            // Some decoders take a picture that lacks its last lines; what they take can be printed.
            let _ = check_logo(&whole[..end]);
        }
        for at in (8..whole.len()).step_by(whole.len() / 120 + 1) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x5A;
            if check_logo(&damaged).is_ok() {
                let mut content = content(DocumentKind::DeliveryNote, Language::Fr);
                content.logo = Some(damaged);
                render(&content).unwrap();
            }
        }
        refused(&whole[..30], "cannot be read");
    }
}
