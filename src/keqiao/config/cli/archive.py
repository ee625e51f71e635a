"""The backup file: a .tar.gz whose last member lists what is in it, with size and SHA-256."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from keqiao.config.output import CommandError

FORMAT = 1
MANIFEST = "manifest.json"
FILES = "files/"
KEYS = "identity_keys.json"
SECRET = "secret_key"  # noqa: S105 - the name of a member
BLOCK = 1024 * 1024


class _Hashing:
    """Reads a file and remembers the hash of what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.hash.update(data)
        return data


class Writer:
    """Adds members and at the end the list of them."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tar = tar
        self.members: dict[str, dict[str, Any]] = {}

    def add(self, name: str, path: Path) -> None:
        """Add a file as it is now. Adding a name again replaces it: the later member wins when unpacking."""
        with path.open("rb") as file:
            info = self.tar.gettarinfo(arcname=name, fileobj=file)
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            reader = _Hashing(file)
            self.tar.addfile(info, reader)
        self.members[name] = {"size": info.size, "sha256": reader.hash.hexdigest()}

    def close(self, facts: dict[str, Any]) -> None:
        """Write the list, with what else is to be known."""
        text = json.dumps({"format": FORMAT, **facts, "members": self.members}, ensure_ascii=False, indent=1)
        data = text.encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(data)
        info.mode = 0o600
        self.tar.addfile(info, io.BytesIO(data))


@contextmanager
def writer(stream: IO[bytes]) -> Iterator[Writer]:
    """A writer on an open file."""
    with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=3) as tar:
        yield Writer(tar)


def unpack(file: Path, folder: Path) -> dict[str, Any]:
    """Unpack into an empty folder, check every member against the list, return the list.

    Raises CommandError when the file is damaged, incomplete, or no backup of ours.
    """
    found: dict[str, dict[str, Any]] = {}
    try:
        with tarfile.open(file, mode="r:gz") as tar:
            for member in tar:
                found[member.name] = _unpack(tar, member, folder)
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        listed, kind = manifest["members"], manifest["format"]
    except (tarfile.TarError, EOFError, KeyError, TypeError, ValueError, FileNotFoundError) as error:
        raise CommandError(f"{file} 不是完整的客桥备份（{error}）。") from error
    except OSError as error:  # gzip reports a broken stream as OSError too
        raise CommandError(f"{file} 不能读取，或无处展开（{error}）。") from error
    if kind != FORMAT:
        raise CommandError(f"{file} 的格式（{kind}）不是这个版本能读的。")
    found.pop(MANIFEST)
    wrong = sorted(name for name in found.keys() | listed.keys() if found.get(name) != listed.get(name))
    if wrong:
        raise CommandError(f"{file} 已损坏，内容与清单不符：{'、'.join(wrong[:5])}")
    return dict(manifest)


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> dict[str, Any]:
    """Write one plain file below the folder; anything else has no place in a backup."""
    path = PurePosixPath(member.name)
    if not member.isreg() or path.is_absolute() or ".." in path.parts:
        raise ValueError(member.name)
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    source = tar.extractfile(member)
    if source is None:
        raise ValueError(member.name)
    with source, target.open("wb") as out:
        while block := source.read(BLOCK):
            digest.update(block)
            out.write(block)
    target.chmod(0o600)
    return {"size": member.size, "sha256": digest.hexdigest()}
