#!/usr/bin/env python3
"""Stands in for Terraform's provider hashicorp/aws (plugin protocol 6): the real provider's schema, no call to AWS.

scripts/terraform_program.py makes Terraform use it. It checks what the schema says (kinds of resources, their attributes and blocks,
which are required, their types) and RULES below; no enumerations, no other ranges, no quotas, nothing that only AWS knows.
"""

import gzip
import json
import pathlib
import re

import msgpack
import tf.provider
import tf.runner
from tf.gen import tfplugin_pb2 as pb
from tf.gen import tfplugin_pb2_grpc as rpc

from values import UNKNOWN, fill, has_unknown, is_computed, is_unknown, maker, read

HERE = pathlib.Path(__file__).resolve().parent


def load():
    """The schemas of resources and of data sources, those that deploy/terraform names: Terraform reads everything that a provider has
    with each of its commands, and 50 kinds of 2,300 in a fraction of the time."""
    told = json.loads(gzip.decompress((HERE / "aws-schema.json.gz").read_bytes()))
    code = "\n".join(file.read_text() for file in (HERE.parents[1] / "terraform").rglob("*.tf*") if file.is_file())
    named = set(re.findall(r"\baws_\w+", code))
    return tuple({name: one for name, one in told[part].items() if name in named} for part in ("resource_schemas", "data_source_schemas"))


RESOURCES, DATA_SOURCES = load()

# Ranges that the real provider checks in its code and that the schema does not have.
RULES = {
    ("aws_sqs_queue", "visibility_timeout_seconds"): (0, 43200),
    ("aws_sqs_queue", "message_retention_seconds"): (60, 1209600),
    ("aws_sqs_queue", "receive_wait_time_seconds"): (0, 20),
    ("aws_sqs_queue", "delay_seconds"): (0, 900),
}
POLICIES = ("policy", "assume_role_policy", "redrive_policy")


def optional(**attributes):
    return {"attributes": {name: {"type": kind, "optional": True} for name, kind in attributes.items()}}


def listed(block, **limits):
    return {"nesting_mode": "list", "block": block, **limits}


# The provider's own settings, which its schema file leaves out.
PROVIDER = {"block": {
    **optional(
        region="string", profile="string", access_key="string", secret_key="string", token="string", max_retries="number",
        allowed_account_ids=["set", "string"], forbidden_account_ids=["set", "string"], skip_credentials_validation="bool",
        skip_metadata_api_check="string", skip_region_validation="bool", skip_requesting_account_id="bool", use_fips_endpoint="bool",
        retry_mode="string"),
    "block_types": {
        "default_tags": listed(optional(tags=["map", "string"]), max_items=1),
        "ignore_tags": listed(optional(keys=["set", "string"], key_prefixes=["set", "string"]), max_items=1),
        "assume_role": listed(optional(
            role_arn="string", session_name="string", external_id="string", duration="string", policy="string")),
    },
}}


def attribute(name, told):
    flags = {flag: told.get(flag, False) for flag in ("required", "optional", "computed", "sensitive", "deprecated")}
    return pb.Schema.Attribute(name=name, type=json.dumps(told["type"]).encode(), **flags)


def nested(name, told):
    return pb.Schema.NestedBlock(type_name=name, block=block(told["block"]), nesting=told["nesting_mode"].upper(),
                                 min_items=told.get("min_items", 0), max_items=told.get("max_items", 0))


def block(told):
    return pb.Schema.Block(attributes=[attribute(*pair) for pair in told.get("attributes", {}).items()],
                           block_types=[nested(*pair) for pair in told.get("block_types", {}).items()])


def schema(told):
    return pb.Schema(version=told.get("version", 0), block=block(told["block"]))


def schemas(told):
    return {name: schema(one) for name, one in told.items()}


def decode(value):
    if value.msgpack:
        return msgpack.unpackb(value.msgpack, strict_map_key=False)
    return json.loads(value.json) if value.json else None


def encode(value):
    return pb.DynamicValue(msgpack=msgpack.packb(value))


def error(summary, detail="", *path):
    steps = [pb.AttributePath.Step(attribute_name=name) for name in path]
    return pb.Diagnostic(severity=pb.Diagnostic.ERROR, summary=summary, detail=detail, attribute=pb.AttributePath(steps=steps))


def faults(kind, config):
    """What is wrong with a resource that its schema does not see."""
    for (of, name), (least, most) in RULES.items():
        value = config.get(name)
        if of == kind and isinstance(value, (int, float)) and not least <= value <= most:
            yield error(f"expected {name} to be in the range ({least} - {most}), got {value}", "", name)
    for name in POLICIES:
        if isinstance(config.get(name), str):
            try:
                json.loads(config[name])
            except ValueError as fault:
                yield error(f'"{name}" contains an invalid JSON', str(fault), name)


class Provider(rpc.ProviderServicer):
    """The calls of the protocol that Terraform makes for validate, plan, test and apply."""

    def __init__(self, *_):
        pass

    def GetMetadata(self, request, context):
        return pb.GetMetadata.Response(
            server_capabilities=pb.ServerCapabilities(get_provider_schema_optional=False),
            resources=[pb.GetMetadata.ResourceMetadata(type_name=name) for name in RESOURCES],
            data_sources=[pb.GetMetadata.DataSourceMetadata(type_name=name) for name in DATA_SOURCES])

    def GetProviderSchema(self, request, context):
        return pb.GetProviderSchema.Response(provider=schema(PROVIDER), resource_schemas=schemas(RESOURCES),
                                             data_source_schemas=schemas(DATA_SOURCES))

    def ValidateProviderConfig(self, request, context):
        return pb.ValidateProviderConfig.Response()

    def ConfigureProvider(self, request, context):
        return pb.ConfigureProvider.Response()

    def ValidateResourceConfig(self, request, context):
        return pb.ValidateResourceConfig.Response(diagnostics=list(faults(request.type_name, decode(request.config) or {})))

    def ValidateDataResourceConfig(self, request, context):
        return pb.ValidateDataResourceConfig.Response()

    def UpgradeResourceState(self, request, context):
        return pb.UpgradeResourceState.Response(upgraded_state=encode(json.loads(request.raw_state.json)))

    def ReadResource(self, request, context):
        return pb.ReadResource.Response(new_state=request.current_state, private=request.private)

    def PlanResourceChange(self, request, context):
        new, is_made = decode(request.proposed_new_state), not decode(request.prior_state)
        if new is not None:
            its = RESOURCES[request.type_name]["block"]
            if is_made and new.get("tags_all") is None and "tags_all" in its.get("attributes", {}):
                new["tags_all"] = UNKNOWN
            new = fill(its, new, is_computed, lambda path, kind: UNKNOWN if is_made else None)
        return pb.PlanResourceChange.Response(planned_state=encode(new), planned_private=request.prior_private, legacy_type_system=True)

    def ApplyResourceChange(self, request, context):
        new = decode(request.planned_state)
        if new is not None:
            known = {name: value for name, value in new.items() if not has_unknown(value)}
            its = RESOURCES[request.type_name]["block"]
            new = fill(its, new, lambda value, told: is_unknown(value), maker(request.type_name, known))
        return pb.ApplyResourceChange.Response(new_state=encode(new), private=request.planned_private, legacy_type_system=True)

    def ReadDataSource(self, request, context):
        kind = request.type_name
        return pb.ReadDataSource.Response(state=encode(read(kind, DATA_SOURCES[kind]["block"], decode(request.config))))

    def ImportResourceState(self, request, context):
        return pb.ImportResourceState.Response(diagnostics=[error("import is not supported by the stand-in")])

    def GetFunctions(self, request, context):
        return pb.GetFunctions.Response()

    def StopProvider(self, request, context):
        return pb.StopProvider.Response()


# The runner makes what serves the calls from this name.
tf.provider.ProviderServicer = Provider

if __name__ == "__main__":
    tf.runner.run_provider(None)
