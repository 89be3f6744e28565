"""Who owns which field: the rules of https://kubernetes.io/docs/reference/using-api/server-side-apply/, one by one."""

import pytest

from apply import Conflict, apply, managed, written


def workload(image, **settings):
    env = [{"name": name, "value": value} for name, value in settings.items()]
    return {"spec": {"template": {"spec": {"containers": [{"name": "backend", "image": image, "env": env}]}}}}


def backend(live):
    return live["spec"]["template"]["spec"]["containers"][0]


def settings(live):
    return {entry["name"]: entry["value"] for entry in backend(live).get("env", [])}


def test_another_managers_field_with_another_value_is_a_conflict_that_names_both():
    live, owners = apply(None, workload("a"), {}, "first", force=False)
    with pytest.raises(Conflict) as refused:
        apply(live, workload("b"), owners, "second", force=False)
    [(manager, field)] = refused.value.causes
    assert (manager, written(field)) == ("first", '.spec.template.spec.containers[name="backend"].image')


def test_the_same_value_is_owned_by_both_and_stays_until_neither_names_it():
    live, owners = apply(None, {"data": {"SIZE": "3", "mine": "x"}}, {}, "first", force=False)
    live, owners = apply(live, {"data": {"SIZE": "3", "theirs": "y"}}, owners, "second", force=False)
    live, owners = apply(live, {"data": {"mine": "x"}}, owners, "first", force=False)
    assert live["data"] == {"SIZE": "3", "mine": "x", "theirs": "y"}
    live, owners = apply(live, {"data": {"theirs": "y"}}, owners, "second", force=False)
    assert live["data"] == {"mine": "x", "theirs": "y"}


def test_force_takes_the_field_and_the_former_owner_then_meets_a_conflict():
    live, owners = apply(None, workload("a"), {}, "first", force=False)
    live, owners = apply(live, workload("b"), owners, "second", force=True)
    assert backend(live)["image"] == "b"
    with pytest.raises(Conflict):
        apply(live, workload("a"), owners, "first", force=False)


def test_what_a_manager_no_longer_names_goes_and_others_stay():
    live, owners = apply(None, workload("a", LEVEL="info", REGION="eu"), {}, "first", force=False)
    live["spec"]["replicas"] = 3  # a controller's, whom nobody here owns
    live, owners = apply(live, workload("a", LEVEL="info"), owners, "first", force=False)
    assert settings(live) == {"LEVEL": "info"}
    assert live["spec"]["replicas"] == 3


def test_lists_with_keys_are_merged_item_by_item():
    live, owners = apply(None, workload("a", LEVEL="info"), {}, "first", force=False)
    theirs = {"spec": {"template": {"spec": {"containers": [{"name": "backend", "env": [{"name": "TRACE", "value": "1"}]}]}}}}
    live, owners = apply(live, theirs, owners, "second", force=False)
    assert settings(live) == {"LEVEL": "info", "TRACE": "1"}
    live, _ = apply(live, workload("a"), owners, "first", force=False)
    assert settings(live) == {"TRACE": "1"}


def test_one_port_by_tcp_and_by_udp_is_two_and_tcp_is_what_is_meant_without_a_protocol():
    live, owners = apply(None, {"spec": {"ports": [{"port": 53, "name": "a"}]}}, {}, "first", force=False)
    live, owners = apply(live, {"spec": {"ports": [{"port": 53, "protocol": "UDP", "name": "b"}]}}, owners, "second", force=False)
    assert [port["name"] for port in live["spec"]["ports"]] == ["a", "b"]
    with pytest.raises(Conflict):
        apply(live, {"spec": {"ports": [{"port": 53, "protocol": "TCP", "name": "c"}]}}, owners, "second", force=False)


@pytest.mark.parametrize("field", [{"selector": {"app": "x"}}, {"args": ["serve"]}])
def test_selectors_and_lists_without_keys_belong_to_one_manager_as_a_whole(field):
    live, owners = apply(None, {"spec": field}, {}, "first", force=False)
    other = {"spec": {"selector": {"tier": "y"}} if "selector" in field else {"args": ["work"]}}
    with pytest.raises(Conflict):
        apply(live, other, owners, "second", force=False)
    live, _ = apply(live, other, owners, "first", force=False)
    assert live == other


def test_owners_are_told_as_the_api_writes_them():
    _, owners = apply(None, workload("a"), {}, "first", force=False)
    [entry] = managed(owners, "apps/v1")
    assert (entry["manager"], entry["operation"], entry["fieldsType"]) == ("first", "Apply", "FieldsV1")
    containers = entry["fieldsV1"]["f:spec"]["f:template"]["f:spec"]["f:containers"]
    assert "f:image" in containers['k:{"name":"backend"}']


def test_what_was_there_is_not_altered_by_looking():
    before, owners = apply(None, workload("a", LEVEL="info"), {}, "first", force=False)
    apply(before, workload("b"), owners, "first", force=False)
    assert (backend(before)["image"], settings(before)) == ("a", {"LEVEL": "info"})
