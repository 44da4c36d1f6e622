"""Jobs of live updates."""

from procrastinate.contrib.django import app

from helpdesk.realtime.retention import purge_events


@app.periodic(cron="17 * * * *")
@app.task(name="realtime.purge", queueing_lock="realtime.purge")
def purge(timestamp: int) -> None:
    purge_events()
