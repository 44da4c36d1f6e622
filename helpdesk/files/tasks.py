from procrastinate.contrib.django import app

from helpdesk.files.actions.removal import remove_bytes
from helpdesk.files.actions.sweep import Swept, sweep_rows, sweep_storage
from helpdesk.files.actions.thumbnail import make_thumbnail
from helpdesk.jobs import RetryLater


@app.task(name="files.thumbnail", retry=RetryLater())
def thumbnail(workspace_id: int, file_id: int) -> None:
    make_thumbnail(workspace_id, file_id)


@app.task(name="files.remove", retry=RetryLater())
def remove(workspace_id: int, file_id: int) -> None:
    remove_bytes(workspace_id, file_id)


@app.periodic(cron="23 * * * *")
@app.task(name="files.sweep", queueing_lock="files.sweep")
def sweep(timestamp: int) -> None:
    sweep_rows(Swept())


@app.periodic(cron="41 3 * * *")
@app.task(name="files.sweep_storage", queueing_lock="files.sweep_storage")
def sweep_strays(timestamp: int) -> None:
    sweep_storage(Swept())
