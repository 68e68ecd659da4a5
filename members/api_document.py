"""The data interface as an OpenAPI document, made from the lines its answers are made from."""

from members.api_fields import CHANGE, MEMBER, ORGANIZATION

VERSION = "1.0.0"
MOST, USUAL = 500, 100  # rows of one answer
_LIMIT = {
    "name": "limit",
    "in": "query",
    "description": f"一次最多几条，不写为 {USUAL}",
    "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
}
_AFTER = {
    "name": "after",
    "in": "query",
    "description": "从哪里接着读：上一次回答的 next；不写从头开始",
    "schema": {"type": "integer", "minimum": 0, "maximum": 2**63 - 1, "default": 0},
}
REFUSALS = {
    "400": "参数不对",
    "401": "凭证缺失、无效、已过期或已停用",
    "403": "凭证没有开放此项数据",
    "429": "请求过于频繁",
    "503": "平台暂时繁忙",
}


def document(prefix):
    """Return the document; `prefix` is the address everything stands below."""
    paths = {
        "/organizations": _list("党组织", "凭证所属党组织及其下级，已撤销的也在其中", "Organization"),
        "/members": _list("党员", "上述党组织的党员，已出党、停止党籍和去世的也在其中（见 status）", "Member"),
        "/changes": _list("变动", "对上述党组织和党员做过什么；对象的现状另读前两项；转出范围的不再读到", "Change"),
    }
    schemas = {"Organization": ORGANIZATION, "Member": MEMBER, "Change": CHANGE}
    return {
        "openapi": "3.1.0",
        "info": {"title": "基层党建综合管理平台 数据接口", "version": VERSION},
        "servers": [{"url": prefix}],
        "security": [{"token": []}],
        "paths": paths | {"/keys": _KEYS},
        "webhooks": {"changes": _TOLD},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {name: _object(fields) for name, fields in schemas.items()}
            | {name + "List": _page(name) for name in schemas}
            | {"Refusal": _REFUSAL, "KeyList": _KEY_LIST, "News": _NEWS},
        },
    }


_PAGE = {"text/html": {"schema": {"type": "string"}}}
_REFUSAL = {
    "type": "object",
    "required": ["error", "message"],
    "properties": {"error": {"type": "string"}, "message": {"type": "string"}},
}


_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}
_KEY_LIST = {
    "type": "object",
    "required": ["keys"],
    "properties": {
        "keys": {
            "type": "array",
            "items": {"type": "object", "required": ["id", "pem"], "properties": {"id": _TEXT, "pem": _TEXT}},
        }
    },
    "additionalProperties": False,
}
_NEWS = {
    "type": "object",
    "required": ["event", "token", "after", "latest"],
    "properties": {"event": {"const": "changes"}, "token": _TEXT, "after": _NUMBER, "latest": _NUMBER},
    "additionalProperties": False,
}


def _object(fields):
    return {
        "type": "object",
        "required": [field.name for field in fields],
        "properties": {field.name: field.schema() for field in fields},
        "additionalProperties": False,
    }


def _page(name):
    return {
        "type": "object",
        "required": ["rows", "next"],
        "properties": {
            "rows": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}, "maxItems": MOST},
            "next": {"type": ["integer", "null"], "description": "下一次的 after；读完为 null"},
        },
        "additionalProperties": False,
    }


def _list(summary, description, name):
    answers = {"200": {"description": summary, "content": _json(name + "List")}}
    answers |= {status: {"description": text, "content": _json("Refusal")} for status, text in REFUSALS.items()}
    answers["400"]["content"] |= _PAGE  # what no address takes (control characters) is refused before this one is known
    return {
        "get": {
            "operationId": f"list{name}s",
            "summary": summary,
            "description": description,
            "parameters": [_AFTER, _LIMIT],
            "responses": answers,
        }
    }


def _json(name):
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


_KEYS = {
    "get": {
        "operationId": "listKeys",
        "summary": "变动推送的公钥",
        "description": "Ed25519；X-Platform-Signature 是对“X-Platform-Timestamp.正文”的签名，X-Platform-Key 是公钥编号",
        "security": [],
        "responses": {
            "200": {"description": "公钥", "content": _json("KeyList")},
            "400": {"description": REFUSALS["400"], "content": _PAGE},
        },
    }
}
_TOLD = {
    "post": {
        "summary": "有变动",
        "description": "不含个人信息；用凭证从 after 起读 /changes。答复 2xx 即为收到，否则稍后再推。",
        "requestBody": {"content": _json("News")},
        "responses": {"200": {"description": "收到"}},
    }
}
