"""The addresses that templates link to, by name, for rendering without the views."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nowhere(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse()


CONVERSATION = "w/<slug:workspace>/inbox/<int:number>/"
MESSAGE = CONVERSATION + "messages/<int:message>/"
messaging = [
    path("w/<slug:workspace>/inbox/", nowhere, name="inbox"),
    path("w/<slug:workspace>/inbox/changes/", nowhere, name="changes"),
    path(CONVERSATION, nowhere, name="conversation"),
    *(
        path(f"{CONVERSATION}{name}/", nowhere, name=name)
        for name in ("messages", "notes", "assignment", "resolution", "reopening", "no_reply")
    ),
    *(
        path(f"{MESSAGE}{name}/", nowhere, name=name)
        for name in ("undo", "retry", "resend", "confirmation", "media_fetch", "reaction")
    ),
]
files = [
    path("w/<slug:workspace>/files/<uuid:public_id>/", nowhere, name="file"),
    path("w/<slug:workspace>/files/<uuid:public_id>/thumbnail/", nowhere, name="thumbnail"),
]
accounts = [path("", nowhere, name="workspaces")]
urlpatterns = [
    path("", include((messaging, "messaging"))),
    path("", include((files, "files"))),
    path("", include((accounts, "accounts"))),
    *(
        path(f"accounts/{name}/", nowhere, name=name)
        for name in (
            "account_login",
            "account_logout",
            "account_reset_password",
            "account_reauthenticate",
            "account_change_password",
        )
    ),
]
