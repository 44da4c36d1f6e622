"""Keeps the state of the stand-in on disk, so that a restart goes on with the same chats."""

import json
import logging
import os
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .chats import Account, ChatMessage
from .world import World

log = logging.getLogger(__name__)
KEPT_MESSAGES = 300
SAVE_EVERY_SECONDS = 1.0


class Snapshot:
    """Writes the world to a file once a second while it changes, whole or not at all."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world, self._path = world, folder / "world.json"
        self._saved = b""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_saving, name="simulator-snapshot", daemon=True)

    def load(self) -> None:
        """Fill the world from the file, if there is one that can be read."""
        try:
            told = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return
        except ValueError:
            log.warning("the saved state of the simulator cannot be read; it starts empty")
            return
        self._world.templates.update(told["templates"])
        for account in told["accounts"]:
            self._world.add_account(Account(**account))
        for chat in told["chats"]:
            self._load_chat(chat)

    def start(self) -> None:
        """Save from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Save a last time and end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self.save()

    def save(self) -> None:
        """Write the file unless nothing has changed."""
        content = json.dumps(self._told()).encode()
        if content == self._saved:
            return
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        self._saved = content

    def _keep_saving(self) -> None:
        while not self._stopping.wait(SAVE_EVERY_SECONDS):
            self.save()

    def _told(self) -> dict[str, Any]:
        world = self._world
        with world.lock:
            return {
                "accounts": [asdict(account) for account in world.accounts.values()],
                "templates": world.templates,
                "chats": [
                    {
                        "phone_number_id": chat.phone_number_id,
                        "customer": asdict(chat.customer),
                        "window_from": chat.window_from,
                        "events": chat.events,
                        "messages": [asdict(message) for message in chat.messages[-KEPT_MESSAGES:]],
                    }
                    for chat in world.chats.values()
                ],
            }

    def _load_chat(self, told: dict[str, Any]) -> None:
        person = told["customer"]
        chat = self._world.add_customer(told["phone_number_id"], person.pop("wa_id"), **person)
        for message in told["messages"]:
            self._world.add_message(chat, ChatMessage(**message))
        chat.window_from, chat.events = told["window_from"], told["events"]
