"""The product as processes, with a workspace, a channel and an agent."""

import pytest

from tests.reliability.product import Product
from tests.reliability.webhooks import NUMBER_ID, SECRET

PASSWORD = "a long enough password"
EMAIL = "dewi@eagle.example"


def furnish(product):
    """Make a workspace with an agent and a channel to the simulator; return the address of its webhook."""
    product.manage("create_workspace", "eagle", "--name", "Eagle", "--json")
    product.manage("add_member", "eagle", EMAIL, "--role", "agent", "--password-stdin", "--json", typed=PASSWORD)
    options = f"--kind whatsapp --name Main --phone-number-id {NUMBER_ID} --app-secret {SECRET} --waba-id 2000001"
    made = product.manage(
        *("create_channel", "eagle", *options.split(), "--access-token", "t", "--verify-token", "v"),
        *("--base-url", product.simulator_url, "--json"),
    )
    product.execute("""UPDATE accounts_workspace SET settings = '{"undo_seconds": 0}'""")
    return made["webhook_url"]


@pytest.fixture
def start(tmp_path):
    """Start the product, with a planted bug or without; return it and the address of its webhook."""
    running = []

    def begin(bug="", base_url=None):
        product = Product(tmp_path / f"data{len(running)}", bug=bug)
        running.append(product)
        product.wait_until_ready()
        return product, furnish(product)

    yield begin
    for product in running:
        product.stop()
