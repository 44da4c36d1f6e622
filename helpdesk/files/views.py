"""A stored file's addresses. Each asks anew who is there; the bytes flow when the transaction is over."""

import logging
from typing import Any
from uuid import UUID

from django.db import close_old_connections
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from helpdesk.accounts.permissions import Permission
from helpdesk.files import serving
from helpdesk.files.access import may_see
from helpdesk.files.models import StoredFile
from helpdesk.files.storage import StorageUnavailable
from helpdesk.views import WorkspaceView

logger = logging.getLogger(__name__)


class FileView(WorkspaceView):
    """What all of a file's addresses have in common: a file that the member may not see is not there."""

    permission = Permission.CONVERSATIONS_VIEW
    scoped = False
    http_method_names = ["get", "head", "options"]
    file: StoredFile

    def prepare(self, **kwargs: Any) -> None:
        files = StoredFile.objects.stored().filter(workspace=self.workspace)
        file = files.filter(public_id=kwargs["public_id"]).first()
        if file is None or not may_see(self.member, file):
            raise Http404
        self.file = file

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponseBase:
        try:
            answer = self.answer(request)
        except FileNotFoundError as error:
            raise Http404 from error
        except StorageUnavailable:
            logger.exception("file %s cannot be read", self.file.pk)
            return HttpResponse(status=503, headers={"Retry-After": "30"})
        close_old_connections()  # a slow reader must not keep a database connection from others
        return answer

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        raise NotImplementedError


class Download(FileView):
    """The file as it came."""

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        return serving.download(self.file)


class Thumbnail(FileView):
    """A picture's small copy; with `?size=1280` the one that fills the screen."""

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        if not self.file.has_thumbnail:
            raise Http404
        is_preview = request.GET.get("size") == "1280"
        return serving.show_copy(request, self.file.preview_key if is_preview else self.file.thumbnail_key)


class Media(FileView):
    """A sound or a film, played where it stands."""

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        if not self.file.is_playable:
            raise Http404
        return serving.play(request, self.file)
