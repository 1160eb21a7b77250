"""Files that people send: never more of one than the largest that anything here reads."""

from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from hospital.kit.tables import MOST_BYTES

TOO_LARGE = "openward.upload_too_large"


class BoundedUpload(TemporaryFileUploadHandler):
    """Keeps a file on the disk while it is asked about. Of a larger one the rest is let pass by unkept."""

    def new_file(self, *args: Any, **options: Any) -> None:
        super().new_file(*args, **options)
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > MOST_BYTES:
            assert self.request is not None
            self.request.META[TOO_LARGE] = True
            raise StopUpload(connection_reset=False)
        super().receive_data_chunk(raw_data, start)


def was_too_large(request: HttpRequest) -> bool:
    """Whether a file was sent that is too large to be kept."""
    return bool(request.META.get(TOO_LARGE))
