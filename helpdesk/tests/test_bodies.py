"""Bodies that are larger than their address takes."""

import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db
TOO_MUCH_FOR_A_FORM = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
TOO_MUCH = settings.UPLOAD_MAX_BYTES + 1


@pytest.mark.parametrize(
    ("address", "length"),
    [
        ("/accounts/login/", str(TOO_MUCH_FOR_A_FORM)),
        ("/admin/", str(TOO_MUCH_FOR_A_FORM)),
        ("/api/v1/workspaces/eagle/contacts", str(TOO_MUCH_FOR_A_FORM)),
        ("/webhooks/whatsapp/x/", str(TOO_MUCH_FOR_A_FORM)),
        ("/w/eagle/inbox/1/notes/", str(TOO_MUCH_FOR_A_FORM)),
        ("/w/eagle/inbox/1/messages/", str(TOO_MUCH)),
        ("/w/eagle/inbox/1/messages/", "9" * 5000),
        ("/w/eagle/inbox/1/messages/", "-1"),
    ],
)
def test_a_body_too_large_for_its_address_is_refused_unread(client, address, length):
    answer = client.post(address, {"text": "x"}, CONTENT_LENGTH=length)

    assert answer.status_code == 413


def test_an_upload_of_the_size_of_the_largest_file_comes_through(client):
    answer = client.post("/w/eagle/inbox/1/messages/", {"text": "x"}, CONTENT_LENGTH=str(100 * 1024 * 1024))

    assert answer.status_code == 302


def test_a_page_that_asks_for_itself_gets_the_sentence_alone(client):
    answer = client.post("/w/eagle/inbox/1/messages/", {}, CONTENT_LENGTH=str(TOO_MUCH), headers={"HX-Request": "true"})

    assert answer.status_code == 413
    assert "<html" not in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()
