//! Reads the resources of a Terraform plan: the managed resources of `terraform show -json PLAN`.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::problem::{Outcome, Problem, read};

/// One resource as planned. Attributes that are known only after an apply are absent from `values`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Resource {
    pub(crate) address: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    mode: String,
    pub(crate) values: Value,
}

/// The resources of an environment, which is named like the plan's file.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) name: String,
    pub(crate) resources: Vec<Resource>,
}

/// The part of Terraform's JSON that is read: <https://developer.hashicorp.com/terraform/internals/json-format#values-representation>
#[derive(Deserialize)]
struct Shown {
    planned_values: Values,
}

#[derive(Deserialize)]
struct Values {
    root_module: Module,
}

#[derive(Deserialize)]
struct Module {
    #[serde(default)]
    resources: Vec<Resource>,
    #[serde(default)]
    child_modules: Vec<Module>,
}

impl Module {
    fn gather(self, into: &mut Vec<Resource>) {
        into.extend(self.resources.into_iter().filter(|resource| resource.mode == "managed"));
        for module in self.child_modules {
            module.gather(into);
        }
    }
}

impl Plan {
    pub(crate) fn read(path: &Path) -> Outcome<Plan> {
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("plan").to_owned();
        read(path, |text| Plan::parse(name, text))
    }

    pub(crate) fn parse(name: String, text: &str) -> Result<Plan, String> {
        let shown: Shown =
            serde_json::from_str(text).map_err(|error| format!("no `terraform show -json` of a plan: {error}"))?;
        let mut resources = Vec::new();
        shown.planned_values.root_module.gather(&mut resources);
        resources.sort_by(|one, other| one.address.cmp(&other.address));
        Ok(Plan { name, resources })
    }

    pub(crate) fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Resource> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }
}

impl Resource {
    /// The attribute at a JSON pointer such as `/scaling_config/0/desired_size`. Null counts as absent.
    pub(crate) fn at(&self, pointer: &str) -> Option<&Value> {
        self.values.pointer(pointer).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&self, pointer: &'static str) -> Outcome<&str> {
        self.at(pointer).and_then(Value::as_str).ok_or_else(|| self.missing(pointer))
    }

    pub(crate) fn integer(&self, pointer: &'static str) -> Outcome<i64> {
        self.at(pointer).and_then(Value::as_i64).ok_or_else(|| self.missing(pointer))
    }

    pub(crate) fn is(&self, pointer: &str, text: &str) -> bool {
        self.at(pointer).and_then(Value::as_str) == Some(text)
    }

    pub(crate) fn is_true(&self, pointer: &str) -> bool {
        self.at(pointer).and_then(Value::as_bool) == Some(true)
    }

    pub(crate) fn list(&self, pointer: &str) -> &[Value] {
        self.at(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The path of the resource's module: `module.cluster.` for `module.cluster.aws_eks_cluster.this`.
    pub(crate) fn module(&self) -> &str {
        self.address.rfind(&self.kind).map_or("", |at| &self.address[..at])
    }

    pub(crate) fn not_priced(&self, what: impl Into<String>) -> Problem {
        Problem::NotPriced { address: self.address.clone(), what: what.into() }
    }

    fn missing(&self, attribute: &'static str) -> Problem {
        Problem::Missing { address: self.address.clone(), attribute }
    }

    pub(crate) fn set(&mut self, pointer: &str, value: impl Into<Value>) {
        if let Some(place) = self.values.pointer_mut(pointer) {
            *place = value.into();
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A plan of these resources: type, name, values.
    pub(crate) fn plan<const N: usize>(resources: [(&str, &str, Value); N]) -> Plan {
        let resources = resources.map(|(kind, name, values)| {
            let address = format!("module.it.{kind}.{name}");
            Resource { address, kind: kind.to_owned(), mode: "managed".to_owned(), values }
        });
        Plan { name: "test".to_owned(), resources: resources.into() }
    }

    #[test]
    fn resources_of_all_modules_are_found_and_data_sources_are_not() {
        let text = r#"{"format_version": "1.2", "planned_values": {"root_module": {
            "resources": [{"address": "data.aws_region.here", "type": "aws_region", "mode": "data", "values": {}}],
            "child_modules": [{"address": "module.a",
              "resources": [{"address": "module.a.aws_vpc.this", "type": "aws_vpc", "mode": "managed", "values": {}}],
              "child_modules": [{"resources": [{"address": "module.a.module.b.aws_eip.nat[\"us-east-1a\"]",
                "type": "aws_eip", "mode": "managed", "values": {"domain": "vpc", "instance": null}}]}]}]}}}"#;
        let plan = Plan::parse("production".to_owned(), text).unwrap();
        let addresses: Vec<&str> = plan.resources.iter().map(|resource| resource.address.as_str()).collect();
        assert_eq!(addresses, ["module.a.aws_vpc.this", "module.a.module.b.aws_eip.nat[\"us-east-1a\"]"]);
        let address = plan.of_kind("aws_eip").next().unwrap();
        assert_eq!((address.module(), address.text("/domain").unwrap()), ("module.a.module.b.", "vpc"));
        assert!(address.at("/instance").is_none());
        assert!(matches!(address.integer("/size"), Err(Problem::Missing { attribute: "/size", .. })));
    }

    #[test]
    fn a_file_that_is_no_plan_is_refused() {
        assert!(Plan::parse("x".to_owned(), r#"{"values": {}}"#).unwrap_err().contains("terraform show -json"));
    }
}
