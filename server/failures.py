"""Every refusal and failure as the API says it: {"error": {"code", "message", "where", "faults"}}."""

import logging
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ExceptionHandlersMap
from sqlalchemy.exc import DataError

from flows.edit import EditError
from flows.faults import FlowError
from server.errors import Fault, RefusedError, ScreenLanguage
from server.geo import parse_accept_language
from server.ids import new_id

LARGEST_BODY = 3 * 1024 * 1024
"""Bytes of a request where its route does not say otherwise."""

log = logging.getLogger("parley.api")

AnyRequest = Request[Any, Any, Any]


class ErrorDetail(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong: a stable ``code``, a sentence in the asker's language, the field or path, and each fault."""

    code: str
    message: str
    where: str = ""
    faults: tuple[Fault, ...] = ()


class ErrorBody(msgspec.Struct, frozen=True):
    """The body of every answer that is not a success."""

    error: ErrorDetail


_BY_STATUS = {
    400: "bad_request",
    401: "not_signed_in",
    405: "method_not_allowed",
    413: "too_large",
}


def language_of(request: AnyRequest) -> ScreenLanguage:
    """The language of ours that the asker reads best: Chinese if they put it before English."""
    for tag in parse_accept_language(request.headers.get("accept-language", "")):
        if tag.lower().startswith("zh"):
            return "zh"
        if tag.lower().startswith("en"):
            return "en"
    return "en"


def _refused(request: AnyRequest, refused: RefusedError) -> Response[ErrorBody]:
    message = refused.said(language_of(request))
    headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else {}
    return _answer(refused.status, ErrorDetail(refused.code, message, refused.where, refused.faults), headers)


def _by_framework(request: AnyRequest, error: HTTPException) -> Response[ErrorBody]:
    """What Litestar itself refuses: an unknown address, a body that is not what the route takes."""
    if error.status_code >= 500:
        return _unexpected(request, error)
    phrase = HTTPStatus(error.status_code).phrase
    code = _BY_STATUS.get(error.status_code)
    if error.status_code == 404 and error.detail == phrase:
        code = "no_such_path"
    if code is None:
        # A handler said it in its own words.
        return _answer(error.status_code, ErrorDetail(phrase.lower().replace(" ", "_"), error.detail), error.headers)
    faults = _faults(error.extra)
    where = faults[0].path if faults else ""
    refused = RefusedError(code, where=where, limit=f"{_largest(request) >> 20} MB", reason=_reason(error, faults))
    detail = ErrorDetail(code, refused.said(language_of(request)), refused.where, faults)
    return _answer(error.status_code, detail, error.headers or {})


def _largest(request: AnyRequest) -> int:
    """Bytes that the route's body may have."""
    handler = request.scope.get("route_handler")
    return (handler.resolve_request_max_body_size() or 0) if isinstance(handler, HTTPRouteHandler) else LARGEST_BODY


def _faults(extra: Any) -> tuple[Fault, ...]:
    if not isinstance(extra, list):
        return ()
    return tuple(
        Fault(path=_path(str(item.get("key", ""))), message=_said(str(item.get("message", ""))))
        for item in extra
        if isinstance(item, dict)
    )


def _path(key: str) -> str:
    """Litestar calls the whole body `data`."""
    return "" if key == "data" else key


def _said(message: str) -> str:
    """Litestar tells of a body that is missing by no more than its own name for it."""
    return "There is no body." if message == "'data'" else message


def _reason(error: HTTPException, faults: tuple[Fault, ...]) -> str:
    if not faults:
        return error.detail
    first = faults[0]
    return f"{first.path}: {first.message}" if first.path else first.message


def _flow(request: AnyRequest, error: FlowError) -> Response[ErrorBody]:
    return _refused(request, not_a_flow(error, language_of(request)))


def _edit(request: AnyRequest, error: EditError) -> Response[ErrorBody]:
    reason = error.in_words(language_of(request))
    return _refused(request, RefusedError("bad_edit", where=error.where, reason=reason))


def not_a_flow(error: FlowError, language: ScreenLanguage = "en") -> RefusedError:
    """A file's faults as a refusal."""
    faults = tuple(Fault(fault.path, fault.in_words(language), fault.code) for fault in error.faults)
    return RefusedError("not_a_flow", where=faults[0].path, faults=faults, count=len(faults))


def _too_deep(request: AnyRequest, error: RecursionError) -> Response[ErrorBody]:
    log.warning("%s %s was refused: %s", request.method, request.url.path, error)
    return _refused(request, RefusedError("too_deep"))


def _not_storable(request: AnyRequest, error: DataError) -> Response[ErrorBody]:
    log.warning("%s %s was refused: %s", request.method, request.url.path, error.orig)
    return _refused(request, RefusedError("not_storable"))


def _unexpected(request: AnyRequest, error: Exception) -> Response[ErrorBody]:
    number = new_id()
    log.error("%s: %s %s failed", number, request.method, request.url.path, exc_info=error)
    refused = RefusedError("unexpected", id=number)
    return _answer(500, ErrorDetail(refused.code, refused.said(language_of(request))))


def _answer(status: int, detail: ErrorDetail, headers: dict[str, str] | None = None) -> Response[ErrorBody]:
    return Response(ErrorBody(detail), status_code=status, headers=headers or {}, media_type="application/json")


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    RefusedError: _refused,
    FlowError: _flow,
    EditError: _edit,
    HTTPException: _by_framework,
    RecursionError: _too_deep,
    DataError: _not_storable,
    Exception: _unexpected,
}
