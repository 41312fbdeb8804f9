"""Files that are sent: taken where a receipt is, and dropped as they come everywhere else."""

from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler

from handsel.rules.receipts import MOST_BYTES

# By the names of their addresses.
TAKES_A_FILE = frozenset({"addReceipt", "new_expense", "add_receipt"})
# What stands around the one file: the other fields of a form.
_AROUND = 100_000


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
