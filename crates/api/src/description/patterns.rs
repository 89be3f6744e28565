//! Says in the description what every text and every header of its kind must look like, so that a schema refuses what we
//! refuse: blank texts, control characters, malformed tags and keys.

use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr, Schema};

/// No control characters but tab and line ends (`domain::error::limited_text`).
const TEXT: &str = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";
/// A text with at least one visible character and no control characters.
const REQUIRED_TEXT: &str = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";
/// An entity tag (RFC 9110, 8.8.3); weak ones come through proxies that compress.
const TAG: &str = r#"^(W/)?"[!#-~]*"$"#;
/// Bare, or as a string of structured fields (RFC 9651, 3.3.3).
const KEY: &str = r#"^([!#-~]{1,255}|"([ !#-\[\]-~]|\\["\\]){1,255}"(;[ -~]*)?)$"#;

pub(crate) fn describe(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        operations.into_iter().flatten().for_each(describe_parameters);
    }
    for schema in document.components.get_or_insert_default().schemas.values_mut() {
        describe_texts(schema);
    }
}

fn describe_parameters(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(Parameter { name, schema: Some(schema), .. }) = parameter else { continue };
        not_null(schema);
        let RefOr::T(Schema::Object(text)) = schema else { continue };
        match name.as_str() {
            "If-Match" => text.pattern = Some(TAG.into()),
            "Idempotency-Key" => text.pattern = Some(KEY.into()),
            _ => {}
        }
    }
}

/// utoipa says `null` of whatever may be left out; an address or a header has no such value.
fn not_null(schema: &mut RefOr<Schema>) {
    let is_null = |schema: &RefOr<Schema>| matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Null));
    match schema {
        RefOr::T(Schema::Object(object)) => {
            if let SchemaType::Array(types) = &object.schema_type
                && let Some(other) = types.iter().find(|one| **one != Type::Null)
            {
                object.schema_type = SchemaType::Type(other.clone());
            }
        }
        RefOr::T(Schema::OneOf(choice)) => {
            choice.items.retain(|item| !is_null(item));
            if let [only] = &choice.items[..] {
                *schema = only.clone();
            }
        }
        _ => {}
    }
}

/// A text with a greatest length is one that callers write; with a least length it must say something.
fn describe_texts(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            if object.max_length.is_some() && object.pattern.is_none() {
                object.pattern = Some(if object.min_length.is_some() { REQUIRED_TEXT } else { TEXT }.into());
            }
            object.properties.values_mut().for_each(describe_texts);
            if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
                describe_texts(values);
            }
        }
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                describe_texts(items);
            }
        }
        Schema::OneOf(choice) => choice.items.iter_mut().for_each(describe_texts),
        Schema::AllOf(parts) => parts.items.iter_mut().for_each(describe_texts),
        Schema::AnyOf(choice) => choice.items.iter_mut().for_each(describe_texts),
        _ => {}
    }
}
