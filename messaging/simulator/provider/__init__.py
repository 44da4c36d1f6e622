"""A stand-in of WhatsApp's Cloud API that speaks real HTTP on this machine.

It needs no Django: `python -m messaging.simulator.provider --port 8900 --ledger ledger.jsonl` starts it alone.
"""

from .provider import Provider
from .statuses import Timing

__all__ = ["Provider", "Timing"]
