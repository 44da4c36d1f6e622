"""Can files be written, read and deleted?"""

import io
import uuid
from collections.abc import Iterator

from helpdesk.doctor import Finding, examination, fine, wrong
from helpdesk.files import storage

CONTENT = b"The doctor was here."


@examination("file storage", needs_database=False)
def files_can_be_kept() -> Iterator[Finding]:
    key = f"doctor/{uuid.uuid4()}"
    try:
        storage.put(key, io.BytesIO(CONTENT))
        with storage.fetch(key) as file:
            found = file.read()
        storage.remove(key)
    except (storage.StorageUnavailable, FileNotFoundError) as error:
        yield wrong(f"The file storage fails: {error}", "Correct STORAGE_URL, its credentials or the folder's rights.")
        return
    if found == CONTENT:
        yield fine("Files can be written, read and deleted.")
    else:
        yield wrong("The file storage gives back something else than was written.", "Look at the storage itself.")
