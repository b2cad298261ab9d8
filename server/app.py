"""The API as one Litestar application; every route it answers is listed here."""

from litestar import Litestar, Router
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler

from server.description import DescribedStructs, description
from server.errors import ScreenLanguage
from server.failures import EXCEPTION_HANDLERS, LARGEST_BODY, AnyRequest, language_of
from server.guards import declared, guard, opened
from server.health import Health
from server.kept import Kept
from server.operations import Operations
from server.parts import Parts
from server.people import Person
from server.routes import (
    channels,
    conversations,
    dead_letters,
    flows,
    hours,
    knowledge,
    operations,
    people,
    services,
    session,
)
from server.routes.health import health, live, ready
from server.routes.metrics import metrics
from server.routes.shop import shop
from server.routes.webhooks import webhook
from server.routes.widget import chat, config, script
from server.settings import Settings
from server.standing import FRESH, look
from server.widget.desk import Desk

# The first part of each path that belongs to the API; all others are screens.
API_PATHS = frozenset({"api", "webhooks", "health", "metrics", "widget", "widget.js", "shop"})

OPEN: tuple[BaseRouteHandler | Router, ...] = (
    health,  # load balancers ask them; they tell nothing but the state
    ready,
    live,
    webhook,  # the platform's signature on the body is the key
    session.sign_in,  # it is how one gets in; limited in its rate
    script,  # the same for everybody
    config,  # what every visitor of a shop may see, on the pages the shop names
    chat,  # the visitor's signed token and the page's Origin; limited in its rate
    shop,  # there only in demos
)
"""Routes without a sign-in, each with what protects it instead. The API's description is open, too."""

GUARDED: tuple[BaseRouteHandler, ...] = (
    session.me,
    session.change_me,
    session.sign_out,
    flows.list_flows,
    flows.create_flow,
    flows.list_starters,
    flows.import_flow,
    flows.read_flow,
    flows.change_flow,
    flows.delete_flow,
    flows.undelete_flow,
    flows.edit_flow,
    flows.check_flow,
    flows.rehearse_flow,
    flows.publish_flow,
    flows.list_revisions,
    flows.read_revision,
    flows.restore_revision,
    flows.roll_back,
    flows.export_flow,
    conversations.list_conversations,
    conversations.count_conversations,
    conversations.read_conversation,
    conversations.list_messages,
    conversations.read_trace,
    conversations.reply,
    conversations.note,
    conversations.take,
    conversations.assign,
    conversations.give_back,
    conversations.snooze,
    conversations.resolve,
    conversations.mark_read,
    dead_letters.list_dead_letters,
    dead_letters.count_dead_letters,
    dead_letters.send_all_again,
    dead_letters.discard_all,
    dead_letters.send_again,
    dead_letters.discard,
    knowledge.list_documents,
    knowledge.upload_document,
    knowledge.try_knowledge,
    knowledge.read_document,
    knowledge.delete_document,
    channels.list_channel_types,
    channels.list_accounts,
    channels.create_account,
    channels.read_account,
    channels.change_account,
    channels.delete_account,
    operations.read_situation,
    operations.list_faults,
    operations.mark_faults_seen,
    services.list_services,
    services.create_service,
    services.try_service,
    services.read_service,
    services.change_service,
    services.delete_service,
    hours.list_hours,
    hours.create_hours,
    hours.read_hours,
    hours.change_hours,
    hours.delete_hours,
    people.list_people,
    people.add_person,
    people.change_person,
    people.list_tokens,
    people.create_token,
    people.revoke_token,
    people.list_audit,
    metrics,
)
"""Routes that ask who is there: each declares the permission it needs (`needs=`)."""


def create_api(settings: Settings) -> Litestar:
    """The API for one copy of Parley; its state has `settings`, its process's `parts` and the widget's `desk`."""
    parts = Parts(settings)
    desk = Desk(parts)
    looked = Health(parts)
    standing = Kept(lambda: look(parts.engine, settings.most_waiting), FRESH)
    return Litestar(
        route_handlers=[Router("/", route_handlers=[*opened(OPEN), *declared(GUARDED)], guards=[guard])],
        state=State(
            {
                "settings": settings,
                "parts": parts,
                "health": looked,
                "desk": desk,
                "standing": standing,
                "operations": Operations(parts, looked, standing),
            }
        ),
        lifespan=[desk.running],
        dependencies={
            "parts": Provide(_parts, sync_to_thread=False),
            "person": Provide(_person, sync_to_thread=False),
            "reader": Provide(_language, sync_to_thread=False),
        },
        exception_handlers=EXCEPTION_HANDLERS,
        # Litestar would show what every library says for its own debugging.
        logging_config=None,
        on_startup=[parts.ingest.start, parts.learner.start],
        on_shutdown=[parts.close],
        cors_config=CORSConfig(allow_origins=settings.origins, allow_credentials=True),
        openapi_config=description(),
        plugins=[DescribedStructs()],
        request_max_body_size=LARGEST_BODY,
    )


def _parts(state: State) -> Parts:
    found: Parts = state.parts
    return found


def _person(request: AnyRequest) -> Person:
    found: Person = request.user
    return found


def _language(request: AnyRequest) -> ScreenLanguage:
    return language_of(request)
