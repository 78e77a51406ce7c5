"""A checklist that somebody brings: a file or pasted text, and its format."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.errors import Invalid
from checklists.formats import FORMATS, detect
from checklists.formats.source import MAX_BYTES
from checklists.forms.operation import OperationForm

ACCEPTED = ".md,.markdown,.txt,.yaml,.yml,.json,.csv,.tsv,text/*,application/json"


class SizeGuard(FileUploadHandler):
    """Stops keeping a file that is too big while it is still being read.

    The rest of it is read past and thrown away, so that the answer can be given.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.too_big = False
        self._size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._size += len(raw_data)
        if self._size > MAX_BYTES:
            self.too_big = True
            raise SkipFile(_("The file is too big."))
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class SourceForm(OperationForm):
    """A checklist to read. Of the clean data, `source` is its text as it came, and `format` the
    name of its format, told from the text if nobody chose one.
    """

    file = forms.FileField(
        required=False,
        help_text=gettext_lazy("Markdown, YAML, JSON or CSV, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste it"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "class": "area mono", "spellcheck": "false"}),
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Read as"),
        required=False,
        choices=[
            ("", gettext_lazy("What it looks like")),
            *((name, known.word) for name, known in FORMATS.items()),
        ],
    )

    def __init__(self, *args: Any, guard: SizeGuard | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._guard = guard

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self._guard is not None and self._guard.too_big:
            self.add_error(
                "file",
                _("The file has more than %(max_bytes)s MB.")
                % {"max_bytes": MAX_BYTES // 1024 // 1024},
            )
            return cleaned
        file, text = cleaned.get("file"), cleaned.get("text", "")
        if file is not None:
            cleaned["source"] = file.read()
        elif text.strip():
            # Browsers send CR LF whatever the file had.
            cleaned["source"] = text.replace("\r\n", "\n")
        elif not self.errors:
            self.add_error("file", _("Choose a file, or paste the text below."))
        if "source" in cleaned and not cleaned.get("format"):
            self._tell_format(cleaned, file.name if file is not None else "")
        return cleaned

    def _tell_format(self, cleaned: dict[str, Any], name: str) -> None:
        try:
            cleaned["format"] = detect(name, cleaned["source"])
        except Invalid as refused:
            self.add_error("file", refused.message)
