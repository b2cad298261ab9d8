"""Who may do what: one table."""

from typing import Literal, get_args

Role = Literal["owner", "admin", "builder", "agent", "viewer"]
ROLES: tuple[Role, ...] = get_args(Role)
"""The highest first."""

Permission = Literal[
    "see_flows",
    "edit_flows",
    "rehearse",
    "publish",
    "override_cases",
    "delete_flows",
    "see_conversations",
    "answer",
    "see_knowledge",
    "edit_knowledge",
    "see_channels",
    "edit_channels",
    "see_services",
    "try_services",
    "edit_services",
    "see_hours",
    "edit_hours",
    "manage_people",
    "manage_tokens",
    "see_audit",
    "see_metrics",
    "operate",
    "be_signed_in",
]

_ALL: frozenset[Role] = frozenset(ROLES)
_LEADS: frozenset[Role] = frozenset({"owner", "admin"})
_BUILDERS: frozenset[Role] = frozenset({"owner", "admin", "builder"})
_AGENTS: frozenset[Role] = frozenset({"owner", "admin", "agent"})

PERMISSIONS: dict[Permission, frozenset[Role]] = {
    "be_signed_in": _ALL,
    "see_flows": _ALL,
    "edit_flows": _BUILDERS,
    # Talking to a flow takes time, and a model's money. Its test cases can be read by whoever sees the flow.
    "rehearse": _BUILDERS,
    "publish": _BUILDERS,
    # Publishing although test cases fail.
    "override_cases": _LEADS,
    "delete_flows": _BUILDERS,
    # What customers wrote is personal: a viewer sees flows and figures only.
    "see_conversations": _AGENTS | _BUILDERS,
    "answer": _AGENTS,
    "see_knowledge": _ALL,
    "edit_knowledge": _BUILDERS,
    "see_channels": _BUILDERS,
    "edit_channels": _LEADS,
    "see_services": _BUILDERS,
    "try_services": _BUILDERS,
    "edit_services": _LEADS,
    "see_hours": _BUILDERS,
    "edit_hours": _LEADS,
    "manage_people": _LEADS,
    "manage_tokens": _LEADS,
    "see_audit": _LEADS,
    "see_metrics": _LEADS,
    "operate": _LEADS,
}
"""Permission to the roles that have it."""


def permitted(role: Role, permission: Permission) -> bool:
    """Whether a role includes a permission."""
    return role in PERMISSIONS[permission]


def permissions_of(role: Role) -> list[Permission]:
    """Everything a role includes, sorted."""
    return sorted(permission for permission, roles in PERMISSIONS.items() if role in roles)


def outranks(role: Role, other: Role) -> bool:
    """Whether `role` may give or take `other`: one's own and the lower ones, and only an owner makes owners."""
    return ROLES.index(role) <= ROLES.index(other)
