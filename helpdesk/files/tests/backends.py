"""The real storages, which a test can make fail, or at which it can let the whole process die."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage
from storages.backends.s3 import S3Storage


class Crash(BaseException):
    """The process ends here: no handler of ours may run."""


class Plan:
    """At which moment what is to happen; a moment is `before`, `during` or `after`, and `read`, `write` or `delete`."""

    moment = ""
    disaster: BaseException | None = None

    def reach(self, moment: str) -> None:
        if moment == self.moment and self.disaster is not None:
            raise self.disaster


plan = Plan()


@contextmanager
def planned(moment: str, disaster: BaseException) -> Iterator[None]:
    plan.moment, plan.disaster = moment, disaster
    try:
        yield
    finally:
        plan.moment, plan.disaster = "", None


class Unreliable:
    """Storage methods with moments in them."""

    def _save(self, name: str, content: File) -> str:
        plan.reach("before write")
        if plan.moment == "during write":
            super()._save(name, ContentFile(content.read(5)))  # type: ignore[misc]
            plan.reach("during write")
        kept = super()._save(name, content)  # type: ignore[misc]
        plan.reach("after write")
        return str(kept)

    def delete(self, name: str) -> None:
        plan.reach("before delete")
        super().delete(name)  # type: ignore[misc]
        plan.reach("after delete")


class UnreliableDisk(Unreliable, FileSystemStorage):
    def _open(self, name: str, mode: str = "rb") -> File:
        plan.reach("before read")
        return super()._open(name, mode)  # type: ignore[misc]


class UnreliableBucket(Unreliable, S3Storage):
    @property
    def bucket(self) -> Any:
        plan.reach("before read")
        return super().bucket


def stored_keys(path: str = "w") -> set[str]:
    """Return every key in the storage."""
    try:
        folders, files = default_storage.listdir(path)
    except FileNotFoundError:
        return set()
    found = {f"{path}/{name}" for name in files}
    return found.union(*(stored_keys(f"{path}/{name}") for name in folders))


def read(key: str) -> Any:
    with default_storage.open(key) as file:
        return file.read()
