//! Documents: what was made on paper of an order or of its money, and kept.

use serde::{Deserialize, Serialize};

use crate::{ContactId, DocumentId, Language, OrderId, Timestamp, TransactionId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    OrderConfirmation,
    /// Of one succeeded transaction; of a refund, a refund notice.
    Receipt,
    /// Without prices, with a place to sign.
    DeliveryNote,
}

/// A document that was made. Its file never changes: new data make a new document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Document {
    pub id: DocumentId,
    pub kind: DocumentKind,
    pub language: Language,
    pub order_id: OrderId,
    /// Whom it was made out to.
    pub contact_id: ContactId,
    /// Of a receipt.
    pub transaction_id: Option<TransactionId>,
    /// The order's version that it was made of.
    #[schema(minimum = 1)]
    pub order_version: i64,
    #[schema(minimum = 1)]
    pub revision: i64,
    #[schema(example = "Confirmation de commande O-1042.pdf")]
    pub file_name: String,
    /// SHA-256 of the file, in hexadecimal digits; its `ETag`.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub sha256: String,
    /// Size of the file, in bytes.
    #[schema(minimum = 1)]
    pub size: i64,
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogoFormat {
    Png,
    Jpeg,
}

impl LogoFormat {
    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// The picture at the head of documents: what is known of its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Logo {
    pub format: LogoFormat,
    /// In pixels.
    #[schema(minimum = 1)]
    pub width: u32,
    #[schema(minimum = 1)]
    pub height: u32,
    /// Size of the file, in bytes.
    #[schema(minimum = 1)]
    pub size: i64,
    /// SHA-256 of the file, in hexadecimal digits.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub sha256: String,
}
