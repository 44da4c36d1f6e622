"""Many customers at once: signed webhooks posted to the product over HTTP, some of them twice."""

import asyncio
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from messaging.simulator.provider.chats import Account, Customer
from messaging.simulator.provider.payloads import envelope, message_value, stamp
from messaging.simulator.provider.signing import sign

ANSWER_SECONDS = 20
PAUSES = (0.1, 0.2, 0.5, 1, 2, 3, 5, 5, 5, 5)
NAMES = ("Maya Kusuma", "Joko Susilo", "Ani Wijaya", "Budi Hartono", "Citra Lestari", "Dimas Saputra", "Eka Putri")
WORDS = ("Pagi!", "Pesanan saya sampai mana ya?", "Is this still available?", "Makasih ☕", "Bisa dikirim hari ini?")


@dataclass(frozen=True)
class Load:
    """How much: `rate` is deliveries a second (0: as fast as it goes), `duplicates` a share from 0 to 1."""

    contacts: int
    messages: int
    rate: float = 0.0
    duplicates: float = 0.0
    shuffle: bool = False
    clients: int = 8
    seed: int | None = None


@dataclass(frozen=True)
class Delivery:
    """One webhook; duplicates carry the same bytes."""

    wamid: str
    raw: bytes


@dataclass
class Report:
    """What came of it."""

    sent: int
    duplicates: int
    seconds: float = 0.0
    errors: int = 0
    acknowledged: set[str] = field(default_factory=set)
    latencies: list[float] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether every message was answered with 200."""
        return len(self.acknowledged) == self.sent

    def summary(self) -> dict[str, float]:
        """The figures; latencies in milliseconds, from request to 200."""
        ordered = sorted(self.latencies) or [0.0]
        return {
            "sent": self.sent,
            "acknowledged": len(self.acknowledged),
            "duplicates": self.duplicates,
            "errors": self.errors,
            "seconds": round(self.seconds, 2),
            "deliveries_per_second": round(len(self.latencies) / self.seconds, 1) if self.seconds else 0.0,
            "ack_median_ms": round(statistics.median(ordered) * 1000, 1),
            "ack_p99_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000, 1),
            "ack_max_ms": round(ordered[-1] * 1000, 1),
        }


def planned(account: Account, load: Load) -> list[Delivery]:
    """The deliveries in order; the same seed makes the same messages, whoever asks and whenever."""
    chance = random.Random(load.seed)  # messages to ourselves, not secrets
    run = chance.getrandbits(48)
    started = int(time.time()) - load.messages if load.seed is None else 1_750_000_000
    people = [_customer(run, number) for number in range(load.contacts)]
    deliveries = []
    for number in range(load.messages):
        wamid = f"wamid.LOAD{run:012x}{number:08d}"
        text = {"body": f"{chance.choice(WORDS)} ({number + 1})"}
        message = {"id": wamid, "timestamp": stamp(started + number), "type": "text", "text": text}
        raw = envelope(account, message_value(account, people[number % load.contacts], message))
        copies = 2 if chance.random() < load.duplicates else 1
        deliveries += [Delivery(wamid, raw)] * copies
    if load.shuffle:
        chance.shuffle(deliveries)
    return deliveries


async def deliver(
    account: Account, deliveries: list[Delivery], load: Load, progress: Callable[[], object] = lambda: None
) -> Report:
    """Post all of them with several clients; `progress` is called after each."""
    report = Report(load.messages, len(deliveries) - load.messages)
    waiting, started = iter(enumerate(deliveries)), time.perf_counter()

    async def work(client: httpx.AsyncClient) -> None:
        for number, delivery in waiting:
            if load.rate:
                await asyncio.sleep(started + number / load.rate - time.perf_counter())
            await _post(client, account, delivery, report)
            progress()

    limits = httpx.Limits(max_connections=load.clients, max_keepalive_connections=load.clients)
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS, limits=limits, trust_env=False) as client:
        await asyncio.gather(*(work(client) for _ in range(load.clients)))
    report.seconds = time.perf_counter() - started
    return report


async def _post(client: httpx.AsyncClient, account: Account, delivery: Delivery, report: Report) -> None:
    headers = {"Content-Type": "application/json", **sign(account.app_secret, delivery.raw, account.signature)}
    for pause in (*PAUSES, None):
        started = time.perf_counter()
        try:
            reply = await client.post(account.webhook_url, content=delivery.raw, headers=headers)
            is_acknowledged = reply.status_code == httpx.codes.OK
        except httpx.HTTPError:
            is_acknowledged = False
        if is_acknowledged:
            report.acknowledged.add(delivery.wamid)
            report.latencies.append(time.perf_counter() - started)
            return
        report.errors += 1
        if pause is not None:
            await asyncio.sleep(pause)


def _customer(run: int, number: int) -> Customer:
    wa_id = f"62812{(run + number) % 10**8:08d}"
    return Customer(wa_id, f"ID.{wa_id}", f"{NAMES[number % len(NAMES)]} {number + 1}")
