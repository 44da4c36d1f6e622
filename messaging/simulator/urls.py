"""The phone page; mounted only where the simulator is switched on."""

from django.urls import path

from messaging.simulator.views import acts, page

app_name = "simulator"
urlpatterns = [
    path("", page.PhonePage.as_view(), name="phone"),
    path("looks/", acts.Looks.as_view(), name="looks"),
    path("customers/", acts.Customers.as_view(), name="customers"),
    path("messages/", acts.Messages.as_view(), name="messages"),
    path("answers/", acts.Answers.as_view(), name="answers"),
    path("reactions/", acts.Reactions.as_view(), name="reactions"),
    path("deletions/", acts.Deletions.as_view(), name="deletions"),
    path("window/", acts.Window.as_view(), name="window"),
    path("network/", acts.Network.as_view(), name="network"),
    path("faults/", acts.Faults.as_view(), name="faults"),
    path("media/<int:media_id>/", page.Media.as_view(), name="media"),
]
