"""Jobs of messaging: leaves that open scopes around the network and call one action on each side of it."""

from typing import Any

from procrastinate.contrib.django import app

from helpdesk.accounts.language import in_workspace_language
from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.jobs import Later, RetryLater, retry_stalled
from messaging.actions import media, recovery, retention, sending
from messaging.channels.whatsapp.fetching import fetch_file
from messaging.channels.whatsapp.outbound import transmit
from messaging.channels.whatsapp.receipts import receipt_for, send_mark

PATIENT = RetryLater(attempts=10_000)


@app.task(name="messaging.deliver", retry=PATIENT)
@in_workspace_language
def deliver(workspace_id: int, message_id: int) -> None:
    with workspace_scope(workspace_id):
        if wait := sending.seconds_to_wait(message_id):
            raise Later(wait)
        message = sending.claim(message_id)
    if message is None:
        return
    outcome = transmit(message)
    with workspace_scope(workspace_id):
        again_in = sending.settle(message, outcome)
    if again_in is not None:
        raise Later(again_in)


@app.task(name="messaging.fetch_media", retry=PATIENT, pass_context=True)
@in_workspace_language
def fetch_media(context: Any, workspace_id: int, message_id: int) -> None:
    with workspace_scope(workspace_id):
        message = media.pending_media(message_id)
    if message is None:
        return
    fetched = fetch_file(message)
    with workspace_scope(workspace_id):
        again_in = media.settle_media(message, fetched, attempts=context.job.attempts)
    if again_in is not None:
        raise Later(again_in)


@app.task(name="messaging.send_receipt")
def send_receipt(workspace_id: int, conversation_id: int, typing: bool = False) -> None:
    with workspace_scope(workspace_id):
        mark = receipt_for(conversation_id)
    if mark is not None:
        send_mark(mark, typing=typing)


@app.periodic(cron="* * * * * */15")  # the sixth field is seconds
@app.task(name="messaging.recover_stalled", queueing_lock="messaging.recover_stalled")
async def recover_stalled(timestamp: int) -> None:
    await retry_stalled(silent_for=20)


@app.periodic(cron="*/2 * * * *")
@app.task(name="messaging.recover_messages", queueing_lock="messaging.recover_messages")
def recover_messages(timestamp: int) -> None:
    recovery.recover_all()


@app.periodic(cron="23 3 * * *")
@app.task(name="messaging.purge", queueing_lock="messaging.purge")
def purge(timestamp: int) -> None:
    retention.purge_deliveries()
