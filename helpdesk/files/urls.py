from django.urls import path

from helpdesk.files import views

app_name = "files"
urlpatterns = [
    path("w/<slug:workspace>/files/<uuid:public_id>/", views.Download.as_view(), name="file"),
    path("w/<slug:workspace>/files/<uuid:public_id>/thumbnail/", views.Thumbnail.as_view(), name="thumbnail"),
    path("w/<slug:workspace>/files/<uuid:public_id>/media/", views.Media.as_view(), name="media"),
]
