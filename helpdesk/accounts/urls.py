from django.urls import path

from helpdesk.views import WorkspaceChooser

app_name = "accounts"
urlpatterns = [
    path("", WorkspaceChooser.as_view(), name="workspaces"),
]
