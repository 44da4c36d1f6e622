"""What is stored is tested on a local folder and on S3 alike, and outside of any transaction, as the product runs."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest
from django.apps import apps
from django.utils.timezone import now
from moto.server import ThreadedMotoServer

from helpdesk.accounts.models import Member, Workspace
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.files.actions.intake import accept
from helpdesk.files.models import StoredFile
from helpdesk.files.tests import backends, samples


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_address: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Make a bucket and return the options of the storage for it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    options = {"endpoint_url": s3_address, "region_name": "us-east-1"}
    name = f"files-{uuid4()}"
    boto3.client("s3", **options).create_bucket(Bucket=name)
    return {**options, "bucket_name": name, "file_overwrite": False, "querystring_auth": True, "default_acl": None}


@pytest.fixture(params=["disk", "s3"])
def storage(request: pytest.FixtureRequest, settings: Any, tmp_path: Any) -> str:
    """Store files in a folder or in a bucket; returns which."""
    if request.param == "disk":
        chosen = {"BACKEND": f"{backends.__name__}.UnreliableDisk", "OPTIONS": {"location": tmp_path, "base_url": None}}
    else:
        options = request.getfixturevalue("bucket")
        chosen = {"BACKEND": f"{backends.__name__}.UnreliableBucket", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": chosen}
    return str(request.param)


@pytest.fixture
def keep(workspace: Workspace, storage: str) -> Callable[..., StoredFile]:
    """Return a function that keeps a file in the workspace, from nobody unless `actor` says so."""

    def keep(
        content: bytes = samples.PDF,
        name: str = "paper.pdf",
        declared_type: str = "",
        actor: Member | None = None,
        place: Workspace = workspace,
    ) -> StoredFile:
        return accept(place.pk, [content], name=name, declared_type=declared_type, max_bytes=10_000_000, actor=actor)

    return keep


@pytest.fixture
def use(channel: Any) -> Callable[[StoredFile], None]:
    """Return a function that makes a message refer to a file; this app knows nothing of messages."""
    workspace = channel.workspace

    def make(model: str, **fields: Any) -> Any:
        return apps.get_model("messaging", model).objects.create(workspace=workspace, **fields)

    with workspace_scope(workspace):
        contact = make("Contact", name="Budi")
        address = make("Address", contact=contact, kind="whatsapp", phone="+628111")
        talk = make("Conversation", number=1, contact=contact, channel=channel, address=address, last_message_at=now())

    def use(file: StoredFile) -> None:
        with workspace_scope(workspace):
            make(
                "Message",
                conversation=talk,
                channel=channel,
                direction="in",
                kind="document",
                provider_time=now(),
                media=file,
            )

    return use
