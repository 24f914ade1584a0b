"""``/api/openapi.json``: the interface for programs, described after OpenAPI 3.1."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from notifier.web.schemas import VERSION, Schema, schemas

PATH = "/api/openapi.json"

_RULES = """\
Planned outages of the systems that people log in and sign with in Polish e-health, and what works meanwhile.

Keys never change their meaning and never go without `version` rising in every document, and new ones may appear at \
any time: pass over what you do not know. The same holds for new members of a list of words. Instants are ISO 8601 \
with the offset of Warsaw. Documents hold no moment of building: their bytes, and with them the ETag, change only \
when the facts do, so ask with If-None-Match.

A verdict never promises what is not known. `usable` means that everything the method needs is up all the time; \
`if_prepared` that it works for those who made a preparation in time; `unknown` that nobody knows: treat it as lost.\
"""

_HOOK = """\
Posted to the addresses that the operator has entered, signed after Standard Webhooks 1.0: `webhook-id` is the same \
each time the message is tried again, `webhook-signature` is `v1,` and the base64 of the HMAC-SHA256 of \
`{webhook-id}.{webhook-timestamp}.{body}`. At least once and not always in order: pass over an id that you have seen, \
and a lower `edition` than you have. Answer with any 2xx within 15 seconds; with 410 to get no more; anything else is \
tried again for as long as the notice is of use, no sooner than `Retry-After` says. Redirects are not followed.\
"""


@lru_cache(maxsize=4)
def document(base_url: str) -> bytes:
    """The description for a site at this address; the same bytes for the same address."""
    made = {
        "openapi": "3.1.0",
        "info": {
            "title": "Planned outages and what works meanwhile",
            "version": str(VERSION),
            "description": _RULES,
        },
        "servers": [{"url": base_url}],
        "paths": {
            "/api/windows.json": _get("windows", "Every planned outage and how it changed", "Windows"),
            "/api/advice.json": _get("advice", "What works during outages under way and ahead", "Advice"),
            "/healthz": _health(),
        },
        "webhooks": {"notice": _hook()},
        "components": {"schemas": schemas()},
    }
    return json.dumps(made, ensure_ascii=False, indent=1).encode() + b"\n"


def _content(schema: str) -> Schema:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _get(operation: str, summary: str, schema: str) -> Schema:
    asked = {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of the document that you have.",
        "schema": {"type": "string"},
    }
    answers: dict[str, Any] = {
        "200": {
            "description": "The document.",
            "headers": {"ETag": {"description": "Names these bytes.", "schema": {"type": "string"}}},
            "content": _content(schema),
        },
        "304": {"description": "It is as you have it."},
    }
    return {
        "get": {"operationId": operation, "summary": summary, "parameters": [asked], "responses": answers},
    }


def _health() -> Schema:
    return {
        "get": {
            "operationId": "health",
            "summary": "How the program is; only where it serves the site itself",
            "responses": {
                "200": {"description": "It is at work.", "content": _content("Health")},
                "503": {"description": "It cannot look at the facts.", "content": _content("Health")},
            },
        }
    }


def _hook() -> Schema:
    headers = {
        "webhook-id": "Names the message, the same each time it is tried again.",
        "webhook-timestamp": "Seconds since 1970 of this try.",
        "webhook-signature": "`v1,` and the base64 of the signature.",
    }
    return {
        "post": {
            "operationId": "notice",
            "summary": "A notice has been recorded",
            "description": _HOOK,
            "parameters": [
                {
                    "name": name,
                    "in": "header",
                    "required": True,
                    "description": says,
                    "schema": {"type": "string"},
                }
                for name, says in headers.items()
            ],
            "requestBody": {"required": True, "content": _content("Notice")},
            "responses": {
                "2XX": {"description": "Taken."},
                "410": {"description": "Wants no more, until the operator reloads the configuration."},
                "default": {"description": "Tried again later."},
            },
        }
    }
