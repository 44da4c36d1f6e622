"""The state of the stand-in, and how things in it are found."""

import secrets
import threading
import time
from typing import Any, Protocol

from .chats import Account, Chat, ChatMessage, Customer, digits
from .errors import GraphError
from .template_samples import starting_templates


class Directory(Protocol):
    """Where unknown accounts and customers may be asked for."""

    def accounts(self) -> list[dict[str, Any]]:
        """Arguments of every `Account`, each with `customers`: what `World.add_customer` takes."""

    def customer(self, phone_number_id: str, phone: str) -> dict[str, Any] | None:
        """The same for one customer, by phone number or user id."""


class World:
    """All accounts, chats and templates; hold `lock` while reading or changing what hangs on them."""

    def __init__(self, directory: Directory | None = None) -> None:
        self.lock = threading.RLock()
        self.accounts: dict[str, Account] = {}
        self.chats: dict[tuple[str, str], Chat] = {}
        self.templates: dict[str, list[dict[str, Any]]] = {}
        self._directory = directory
        self._asked_at = 0.0
        self._people: dict[str, Customer] = {}
        self._by_wamid: dict[str, tuple[Chat, ChatMessage]] = {}

    def add_account(self, account: Account) -> Account:
        """Register a number, or replace what is known of it."""
        with self.lock:
            self.accounts[account.phone_number_id] = account
            return account

    def account(self, phone_number_id: str) -> Account:
        """The account of a number; raises GraphError 100/33 as Meta does for what it does not know."""
        if phone_number_id not in self.accounts:
            self._ask_directory()
        if phone_number_id not in self.accounts:
            raise unknown_object(phone_number_id)
        return self.accounts[phone_number_id]

    def accounts_of(self, waba_id: str) -> list[Account]:
        """The numbers of a business account; raises GraphError 100/33 when there is none."""
        if not self._numbers(waba_id):
            self._ask_directory()
        if not self._numbers(waba_id):
            raise unknown_object(waba_id)
        return self._numbers(waba_id)

    def add_customer(self, phone_number_id: str, phone: str = "", **known: Any) -> Chat:
        """The chat with a customer, made when new; `history` fills a new chat without any webhook."""
        wa_id, history = digits(phone), known.pop("history", ())
        user_id = known.pop("user_id", "") or f"ID.{wa_id or secrets.randbelow(10**15)}"
        with self.lock:
            person = self._people.get(wa_id or user_id) or self._meet(Customer(wa_id, user_id, phone or user_id))
            for name, value in known.items():
                setattr(person, name, value)
            chat = self.chats.setdefault((phone_number_id, person.key), Chat(phone_number_id, person))
            if not chat.messages:
                for told in history:
                    self.add_message(chat, ChatMessage(**told))
            return chat

    def chat(self, phone_number_id: str, recipient: str) -> Chat:
        """The chat with a phone number or user id; a stranger gets an empty one."""
        name = recipient if "." in recipient else digits(recipient)
        with self.lock:
            person = self._people.get(name)
            known = self.chats.get((phone_number_id, person.key)) if person else None
        if known:
            return known
        told = self._directory.customer(phone_number_id, recipient) if self._directory else None
        return self.add_customer(phone_number_id, **(told or {"user_id" if "." in name else "phone": recipient}))

    def chats_of(self, phone_number_id: str) -> list[Chat]:
        """The chats of a number, latest first."""
        self.account(phone_number_id)
        with self.lock:
            mine = [chat for chat in self.chats.values() if chat.phone_number_id == phone_number_id]
        return sorted(mine, key=lambda chat: chat.messages[-1].at if chat.messages else 0.0, reverse=True)

    def add_message(self, chat: Chat, message: ChatMessage) -> None:
        """Append to the chat; one from the customer opens the window."""
        with self.lock:
            chat.messages.append(message)
            chat.version += 1
            self._by_wamid[message.wamid] = (chat, message)
            if message.side == "customer":
                chat.window_from = max(chat.window_from, message.at)
            else:
                chat.typing_until = 0.0

    def message(self, wamid: str) -> tuple[Chat, ChatMessage] | None:
        """A message and its chat."""
        return self._by_wamid.get(wamid)

    def renumber(self, person: Customer, wa_id: str) -> None:
        """Give a customer another number, in all chats, and the new user id that comes with it."""
        with self.lock:
            mine = [key for key, chat in self.chats.items() if chat.customer is person]
            self._people.pop(person.wa_id, None)
            self._people.pop(person.user_id, None)
            person.wa_id, person.user_id = wa_id, f"ID.{wa_id}"
            self._meet(person)
            for key in mine:
                self.chats[key[0], person.key] = self.chats.pop(key)

    def templates_of(self, waba_id: str) -> list[dict[str, Any]]:
        """The templates of a business account; a new one starts with samples."""
        with self.lock:
            return list(self.templates.setdefault(waba_id, starting_templates()))

    def _meet(self, person: Customer) -> Customer:
        self._people[person.user_id] = person
        if person.wa_id:
            self._people[person.wa_id] = person
        return person

    def _numbers(self, waba_id: str) -> list[Account]:
        return [account for account in list(self.accounts.values()) if account.waba_id == waba_id]

    def _ask_directory(self) -> None:
        if self._directory is None or time.monotonic() - self._asked_at < 1:
            return
        self._asked_at = time.monotonic()
        for told in self._directory.accounts():
            customers = told.pop("customers", ())
            account = self.add_account(Account(**told))
            for customer in customers:
                self.add_customer(account.phone_number_id, **customer)


def unknown_object(object_id: str) -> GraphError:
    """Meta's answer about an id that it does not know or does not show to this token."""
    return GraphError(100, f"Object with ID '{object_id}' does not exist or cannot be loaded.", subcode=33)
