//! Holds each answer to `openapi.json`: an address, a status, a type, a header or a field that it does not declare is a
//! defect of one or the other.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::backend::{Call, Reply};

pub(crate) struct Contract {
    document: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Contract {
    pub(crate) fn get() -> &'static Self {
        static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
            let mut document: Value = serde_json::from_str(&api::document()).unwrap();
            close(&mut document);
            Contract { document, validators: Mutex::default() }
        });
        &CONTRACT
    }

    /// `(method, address, operation)` of everything that is described.
    pub(crate) fn operations(&self) -> Vec<(&str, &str, &Value)> {
        let paths = self.document["paths"].as_object().unwrap();
        let all = paths.iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (method.as_str(), path.as_str(), operation))
        });
        all.collect()
    }

    pub(crate) fn check(&self, call: &Call<'_>, reply: &Reply) {
        let (path, query) = call.path.split_once('?').unwrap_or((&call.path, ""));
        let what = format!("{} {path} → {}", call.method, reply.status);
        crate::codes::check(&what, reply);
        let method = call.method.as_str().to_lowercase();
        let described = self.operations().into_iter().find(|(m, template, _)| *m == method && matches(template, path));
        let Some((_, template, operation)) = described else {
            // Nothing is described there, so nothing but a problem may be answered.
            assert!(matches!(reply.status, 404 | 405), "{what} is not described");
            assert_eq!(reply.content_type(), Some("application/problem+json"), "{what}");
            return self.validate(&what, "Problem", &json!({ "$ref": "#/components/schemas/Problem" }), &reply.body);
        };
        let status = reply.status.to_string();
        let response = operation["responses"].get(&status).unwrap_or_else(|| panic!("{what} is not described"));
        let response = self.resolved(response);
        let content_type = reply.content_type().unwrap_or("");
        for name in response["headers"].as_object().into_iter().flat_map(Map::keys) {
            assert!(reply.header(name).is_some(), "{what} has no {name}");
        }
        let Some(content) = response.get("content") else {
            assert_eq!(reply.body, Value::Null, "{what} has a body that is not described");
            return;
        };
        // `text/csv; charset=utf-8` is described as `text/csv`.
        let media_type = content_type.split(';').next().unwrap_or("");
        let schema = content.get(media_type).unwrap_or_else(|| panic!("{what} is {content_type:?}"));
        let key = format!("{method} {template} {status}");
        self.validate(&what, &key, &schema["schema"], &reply.body);
        if reply.status < 300 {
            self.check_request(&what, &format!("{method} {template}"), operation, call, query);
        }
    }

    /// What a reference stands for.
    fn resolved<'d>(&'d self, part: &'d Value) -> &'d Value {
        let Some(reference) = part["$ref"].as_str() else { return part };
        self.document.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference} is nowhere"))
    }

    /// Checks that an accepted request is one that the description allows.
    fn check_request(&self, what: &str, key: &str, operation: &Value, call: &Call<'_>, query: &str) {
        let none = Vec::new();
        let parameters = operation["parameters"].as_array().unwrap_or(&none);
        for name in query.split('&').filter(|pair| !pair.is_empty()).filter_map(|pair| pair.split('=').next()) {
            let declared = parameters.iter().any(|p| p["in"] == "query" && p["name"] == name);
            assert!(declared, "{what}: the parameter {name} is not described");
        }
        for parameter in parameters.iter().filter(|p| p["in"] == "header" && p["required"] == true) {
            let name = parameter["name"].as_str().unwrap();
            assert!(call.has_header(name), "{what} was accepted without {name}");
        }
        // Forms and files.
        if ["multipart/form-data", "image/png"].iter().any(|of| operation["requestBody"]["content"][of].is_object()) {
            return;
        }
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let may_be_left_out = operation["requestBody"]["required"] != true;
        let fits = if call.body.is_empty() { may_be_left_out } else { !schema.is_null() };
        assert!(fits, "{what}: a body was accepted that is not described");
        if !call.body.is_empty() {
            self.validate(what, key, schema, &serde_json::from_slice(&call.body).unwrap());
        }
    }

    fn validate(&self, what: &str, key: &str, schema: &Value, body: &Value) {
        let validator = self.validators.lock().unwrap().get(key).cloned();
        let validator = validator.unwrap_or_else(|| {
            let mut whole = schema.clone();
            whole["components"] = self.document["components"].clone();
            let built = jsonschema::draft202012::options().should_validate_formats(true).build(&whole);
            let built = Arc::new(built.unwrap_or_else(|e| panic!("{key}: {e}")));
            self.validators.lock().unwrap().insert(key.to_owned(), built.clone());
            built
        });
        let errors: Vec<String> = validator.iter_errors(body).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{what} is not as described: {errors:#?}\n{body}");
    }
}

fn matches(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == given || wanted.starts_with('{') => {}
            _ => return false,
        }
    }
}

/// Refuses fields that are not described, wherever fields are: `unevaluatedProperties` sees through `allOf`. What is a part of
/// an `allOf` stays open by itself.
fn close(document: &mut Value) {
    let mut parts = Vec::new();
    collect_parts(document, &mut parts);
    for (name, schema) in document["components"]["schemas"].as_object_mut().unwrap() {
        if !parts.contains(&format!("#/components/schemas/{name}")) {
            close_schema(schema);
        }
    }
}

fn collect_parts(value: &Value, parts: &mut Vec<String>) {
    for part in value["allOf"].as_array().into_iter().flatten() {
        parts.extend(part["$ref"].as_str().map(str::to_owned));
    }
    match value {
        Value::Object(fields) => fields.values().for_each(|value| collect_parts(value, parts)),
        Value::Array(items) => items.iter().for_each(|value| collect_parts(value, parts)),
        _ => {}
    }
}

fn close_schema(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    let has_fields = fields.contains_key("properties") || fields.contains_key("allOf");
    for (name, inner) in fields.iter_mut() {
        match (name.as_str(), inner) {
            ("properties", Value::Object(properties)) => properties.values_mut().for_each(close_schema),
            ("oneOf" | "anyOf", Value::Array(choices)) => choices.iter_mut().for_each(close_schema),
            ("items", items) => close_schema(items),
            _ => {}
        }
    }
    if has_fields {
        fields.insert("unevaluatedProperties".into(), json!(false));
    }
}
