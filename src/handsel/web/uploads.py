"""What may be larger than other forms: a receipt, and the table of sessions. Other files are dropped as they come."""

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler

from handsel.rules import session_imports
from handsel.rules.receipts import MOST_BYTES

# By the names of their addresses.
TAKES_A_FILE = frozenset({"addReceipt", "new_expense", "add_receipt"})
# What stands around the one file: the other fields of a form.
_AROUND = 100_000
# A pasted table comes as a form writes it, where a byte may take three.
_LARGER = {
    **dict.fromkeys(TAKES_A_FILE, MOST_BYTES + _AROUND),
    "import_sessions": 3 * session_imports.MOST_BYTES + _AROUND,
}
# More of a body that does not say how long it is is not read.
MOST_IN_CHUNKS = MOST_BYTES + _AROUND


def most_bytes(name: str | None) -> int:
    """Return how long a form may be at the address of this name."""
    return _LARGER.get(name or "", settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


class ReceiptHandler(TemporaryFileUploadHandler):
    """Write one file to the disk as it comes, and refuse what is too long before it is read."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: Any,  # noqa: N803  Django's name
        content_length: int,
        *_: Any,
        **__: Any,
    ) -> None:
        if self._is_wanted and content_length > MOST_BYTES + _AROUND:
            raise RequestDataTooBig("A file was too large.")

    def new_file(self, *args: Any, **options: Any) -> None:
        if not self._is_wanted:
            raise SkipFile
        super().new_file(*args, **options)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start + len(raw_data) > MOST_BYTES:
            self.file.close()
            raise RequestDataTooBig("A file was too large.")
        super().receive_data_chunk(raw_data, start)
        return None

    @property
    def _is_wanted(self) -> bool:
        match = self.request.resolver_match if self.request else None
        return match is not None and match.url_name in TAKES_A_FILE
