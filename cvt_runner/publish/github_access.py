"""What the GitHub publishers share: opening the client once, and saying what a refusal means and how to lift it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cvt_runner.model.event import CiEvent
from cvt_runner.model.outcome import Outcome, PublishState
from cvt_runner.publish.base import PublishContext, Session
from cvt_runner.publish.github_api import Client, HostError, client

TOKEN_REMEDY: Final = "with:\n  token: ${{ github.token }}"
READ_ONLY: Final = "runs for forks and for Dependabot get a read-only token; annotations, summary and outputs carry the same result"
_BOT: Final = "dependabot[bot]"


def gate_name(group: str) -> str:
    """The stable name of commit status and check run: `cvt`, or `cvt/<group>`; the same for every matrix leg and specification.

    >>> gate_name("pay\\nments")
    'cvt/pay ments'
    """
    clean = " ".join("".join(char if char.isprintable() else " " for char in group).split())
    return f"cvt/{clean[:80]}" if clean else "cvt"


def permissions(*lines: str) -> str:
    """The block to add to the workflow. Naming one permission drops the defaults, so reading the checkout is named too."""
    return "\n".join(["permissions:", "  contents: read", *(f"  {line}" for line in lines)])


def with_client(name: str, context: PublishContext, session: Session, *, permission: str, work: Callable[[Client], Outcome]) -> Outcome:
    """Open the client (once per run), do the work, and turn a refusal into an outcome with its remedy."""
    token = context.token.strip()
    if not token:
        return Outcome(name, PublishState.DENIED, "there is no token", TOKEN_REMEDY)
    try:
        return work(_client(context, session, token))
    except ImportError:
        return Outcome(name, PublishState.FAILED, "PyGithub is not installed", "pip install 'cvt-runner[github]'")
    except ValueError as error:
        return Outcome(name, PublishState.FAILED, str(error))
    except HostError as error:
        return refusal(name, error, event=context.event, permission=permission)


def _client(context: PublishContext, session: Session, token: str) -> Client:
    if not isinstance(session.client, Client):
        event = context.event
        session.client = client(event.api_url, token=token, repository=event.repository, timeout=context.settings.timeout, waits=session.waits)
    return session.client


def refusal(name: str, error: HostError, *, event: CiEvent, permission: str) -> Outcome:
    """The outcome for an error of the host: denied (with what to do) for 401, 403 and 404, else failed."""
    if error.limited or error.status not in (401, 403, 404):
        return Outcome(name, PublishState.FAILED, str(error))
    if error.status == 401:
        return Outcome(name, PublishState.DENIED, f"the host does not accept the token: {error.message}", TOKEN_REMEDY)
    if "locked" in error.message.lower():
        return Outcome(name, PublishState.DENIED, str(error), "unlock the conversation")
    if event.is_fork or event.actor == _BOT:
        return Outcome(name, PublishState.DENIED, f"{error}; {READ_ONLY}")
    if "GitHub App" in error.message:
        return Outcome(name, PublishState.DENIED, str(error), f"{TOKEN_REMEDY}\n{permissions(permission)}")
    return Outcome(name, PublishState.DENIED, str(error), permissions(permission))
