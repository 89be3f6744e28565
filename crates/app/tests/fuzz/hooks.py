"""What a schema cannot say, told to schemathesis."""

import re

import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

# Refusals of requests that a schema finds no fault in, each with the reason why no schema could.
RULES = {
    "amount_too_large",  # the sum of lines
    "bad_email",  # what a mail server might take
    "bad_vat_number",  # each country's check digits
    "bad_siren",  # Luhn
    "bad_siret",
    "same_contact",  # merged into itself
    "bad_cursor",  # a cursor is what a former page gave, and opaque
    "idempotency_key_reused",  # another request had it
    "currency_mismatch",  # the order's currency
    "discount_above_price",  # the line's quantity × price
    "unknown_contact",  # no such contact, or none that takes orders
    "unknown_order",
    "unknown_column",  # of the list; each has its own
    "bad_map",  # TOML inside a text
    "guessable_password",  # a list of them
    "bad_code",  # what the secret makes of the time
    "in_the_past",
    "line_incomplete",  # what neither the line nor the catalogue nor the settings say
    "unknown_product",
    "product_currency",
    "unknown_vat_rate",  # one of the list beside it
    "already_given",
    "bad_iban",  # its check digits
    "number_given_out",
    "filters_with_search",
    "bad_selection",  # exactly one of three ways to say which
    "bad_url",  # an address with a host, without a password
    "private_address",  # where a name leads
    "unknown_host",
    "in_the_future",
    "bad_template",  # a language of its own inside a text
    "template_tag_too_long",
    "template_too_deep",
    "template_too_long",
    "template_too_much",
    "template_makes_too_much",
    "template_too_slow",
    "bad_event",  # the schema of its type
    "bad_logo",  # what is inside the file
    "unknown_transaction",
}


def codes(response):
    problem = response.json()
    return {error["code"] for error in problem.get("errors", [])} or {problem["code"]}


@schemathesis.check
def what_is_described_is_accepted_but_for_rules(ctx, response, case):
    if response.status_code == 422 and codes(response) <= RULES:
        return None
    # The tool also sends values that it has seen elsewhere, and takes them for good whatever the pattern says.
    tag = (case.headers or {}).get("If-Match")
    if response.status_code == 400 and tag is not None and not re.fullmatch('(W/)?"[!#-~]*"', tag):
        return None
    # Which version an edit changes depends on what happened before, as with 404 and 409.
    if response.status_code == 412:
        return None
    return positive_data_acceptance(ctx, response, case)
