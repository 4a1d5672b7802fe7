"""Data sets on the Hugging Face hub."""

import re
from typing import Any

from dedup.dump.objects import Object, masked
from dedup.dump.stores import failures
from dedup.dump.stores.failures import HINTS, missing, patiently
from dedup.dump.stores.globs import pattern
from dedup.dump.stores.web import Web
from dedup.errors import InputError

_NOT_ON_THE_HUB = (
    *("RepositoryNotFoundError", "GatedRepoError", "RevisionNotFoundError"),
    *("EntryNotFoundError", "RemoteEntryNotFoundError"),
)


class Hub(Web):
    """The files of data sets on the Hugging Face hub, each at the commit that was found first."""

    pinned = True
    hint = HINTS["hf"]

    def __init__(self) -> None:
        super().__init__()
        try:
            import huggingface_hub
        except ImportError:
            raise missing("hf", "hf") from None
        self._hub = huggingface_hub

    def find(self, key: str) -> list[Object]:
        shown = masked(key)
        try:
            return patiently(lambda: self._find(key), failures.FIRST_PATIENCE)
        except InputError:
            raise
        except Exception as error:
            name = type(error).__name__
            if isinstance(error, FileNotFoundError) or name in _NOT_ON_THE_HUB:
                raise InputError(
                    f"no such data set or file, or no access: {shown}; {self.hint}"
                ) from None
            first = str(error).strip().partition("\n")[0]
            raise InputError(f"the hub cannot be asked for {shown}: {first or name}") from None

    def _find(self, key: str) -> list[Object]:
        # The library forgives what is no data set, and takes it for a model.
        if not key[len("hf://") :].startswith("datasets/"):
            raise InputError(f"{masked(key)} is no data set: hf://datasets/OWNER/NAME/PATH")
        place = self._hub.HfFileSystem().resolve_path(key)
        api = self._hub.HfApi()
        commit = api.dataset_info(place.repo_id, revision=place.revision).sha
        wanted, folder = None, place.path_in_repo.rstrip("/")
        if re.search(r"[*?[]", folder):
            wanted = re.compile(pattern(folder))
            folder = re.split(r"[^/]*[*?[]", folder, maxsplit=1)[0].rstrip("/")
        found = []
        for entry in self._entries(api, place.repo_id, folder, commit):
            path = entry.path
            below = path[len(folder) :].lstrip("/").split("/") if path != folder else [path]
            if wanted is not None and not wanted.fullmatch(path):
                continue
            if any(part.startswith(".") for part in below):
                continue
            url = self._hub.hf_hub_url(
                place.repo_id, path, repo_type="dataset", revision=commit, endpoint=api.endpoint
            )
            parts = (*place.repo_id.split("/"), *path.split("/"))
            depth = 1 if path == folder else len(below)
            shown = f"hf://datasets/{place.repo_id}/{path}"
            found.append(Object(self, url, shown, parts, depth, entry.size, None))
        return sorted(found, key=lambda it: it.parts)

    def _entries(self, api: Any, repo: str, folder: str, commit: str) -> list[Any]:
        options = {"repo_type": "dataset", "revision": commit}
        if folder:
            (entry,) = api.get_paths_info(repo, [folder], **options) or [None]
            if entry is None:
                raise FileNotFoundError
            if hasattr(entry, "size"):
                return [entry]
        tree = api.list_repo_tree(repo, folder or None, recursive=True, **options)
        return [entry for entry in tree if hasattr(entry, "size")]

    def headers_for(self, url: str) -> dict[str, str]:
        from huggingface_hub.utils import build_hf_headers

        headers: dict[str, str] = build_hf_headers()
        return {name: value for name, value in headers.items() if name.lower() == "authorization"}
