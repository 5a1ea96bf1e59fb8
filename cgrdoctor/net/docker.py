"""The Docker Engine API, spoken through the docker SDK (imported here alone, and only where a socket answers).

The SDK gives addresses, TLS and transports. Answers are read here, so that a hostile or broken engine costs a bounded
number of bytes and seconds; credentials are handed over per call and never read by the SDK.
"""

from __future__ import annotations

import errno
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from urllib.parse import quote, urlsplit

import anyio
import msgspec

from cgrdoctor.net.bounded_json import NotJson, json_or_none, read_json
from cgrdoctor.net.threads import in_daemon_thread
from cgrdoctor.privacy.recorder import Recorder
from cgrdoctor.privacy.secret import Credential

if TYPE_CHECKING:
    from docker import APIClient

LIMIT = 4 * 1024 * 1024
"""Bytes of an answer that are read; `/info` of a large host has some ten thousand."""

API = re.compile(r"\d{1,2}\.\d{1,3}", re.ASCII)
T = TypeVar("T")

Trouble = Literal["absent", "refused", "denied", "silent", "garbled", "config-invalid", "remote"]


class EngineProblem(Exception):
    """Raised where no engine can be talked to; `kind` says in which way, `exchange` which exchange shows it."""

    def __init__(self, kind: Trouble, message: str, exchange: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.exchange = exchange


class SdkProblem(Exception):
    """Raised where the docker SDK, or a library below it, does not do its work: our trouble, whatever the engine is."""


class Answer(msgspec.Struct, frozen=True):
    """One answer. `value` is its JSON object, empty if the body is none; `message` the engine's own words."""

    exchange: str
    status: int
    value: Mapping[str, Any]
    seconds: float

    @property
    def ok(self) -> bool:
        return self.status == 200

    @property
    def message(self) -> str:
        text = self.value.get("message")
        return text if isinstance(text, str) else ""


class Engine:
    """An engine by its URL, as DOCKER_HOST writes it. `timeout` is in seconds and bounds each question as a whole.

    `environ` gives DOCKER_TLS_VERIFY and DOCKER_CERT_PATH for `tcp://`.
    """

    def __init__(self, url: str, environ: Mapping[str, str], recorder: Recorder, timeout: float) -> None:
        self.url = url
        self.timeout = timeout
        self._environ = environ
        self.recorder = recorder

    @property
    def on_a_socket(self) -> bool:
        """Whether it is reached without a network: by a socket or a pipe of this machine."""
        return self.url.startswith(("unix://", "npipe://"))

    async def version(self) -> Answer:
        """`GET /version`: version, API version, operating system and architecture. Raises EngineProblem."""
        found = await self._ask("/version")
        if not found.ok or not isinstance(found.value.get("ApiVersion"), str):
            raise EngineProblem("garbled", f"{self.url} answers {found.status}, but not as a Docker engine does")
        return found

    async def info(self, api: str) -> Answer:
        """`GET /info`. Raises EngineProblem."""
        return await self._ask(f"{versioned(api)}/info", shown=False)

    async def image(self, api: str, reference: str) -> Answer:
        """`GET /images/{name}/json`; status 404 where the engine has no such image. Raises EngineProblem."""
        return await self._ask(f"{versioned(api)}/images/{quote(reference, safe='/:@')}/json", shown=False)

    async def prepare(self, within: float) -> None:
        """Loads the SDK if a socket takes connections, so that the next question waits for its answer alone.

        Raises EngineProblem, also if it takes longer than `within` seconds.
        """
        await self._bounded(lambda: self.client().close(), within)

    async def _ask(self, path: str, *, shown: bool = True) -> Answer:
        start = time.monotonic()
        try:
            status, body = await self._bounded(lambda: self._get(path), self.timeout)
        except EngineProblem as problem:
            problem.exchange = self.recorder.add("docker", method="GET", url=path, address=self.url, error=str(problem))
            raise
        seconds = time.monotonic() - start
        exchange = self.recorder.add(
            "docker",
            method="GET",
            url=path,
            address=self.url,
            status=status,
            body=body if shown or status != 200 else None,
            body_size=len(body),
            timings={"whole": seconds},
        )
        return Answer(exchange, status, self._object(body, exchange), seconds)

    def _object(self, body: bytes, exchange: str) -> Mapping[str, Any]:
        """The JSON object of an answer, empty for anything else. Raises EngineProblem for one beyond our bounds."""
        try:
            value = read_json(body)
        except NotJson as error:
            if error.too_much:
                raise EngineProblem("garbled", f"{self.url} answers with {error}", exchange) from None
            return {}
        return value if isinstance(value, dict) else {}

    async def _bounded(self, work: Callable[[], T], seconds: float) -> T:
        with anyio.move_on_after(seconds):
            return await in_daemon_thread(work, name="docker")
        raise EngineProblem("silent", f"{self.url} gives no answer within {seconds:g} s")

    def _get(self, path: str) -> tuple[int, bytes]:
        body = bytearray()
        told = [0]

        def use(status: int, pieces: Iterator[bytes]) -> None:
            told[0] = status
            for piece in pieces:
                body.extend(piece)
                if len(body) > LIMIT:
                    raise EngineProblem("garbled", f"{self.url} answers with more than {LIMIT} bytes")

        self.talk("GET", path, use, silence=self.timeout)
        return told[0], bytes(body)

    def talk(
        self,
        method: str,
        path: str,
        use: Callable[[int, Iterator[bytes]], None],
        *,
        silence: float,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Asks, and hands `use` the status and the body piece by piece; blocks. Raises EngineProblem and SdkProblem.

        `silence` is how many seconds the engine may take to the next byte.
        """
        sent = {"Accept-Encoding": "identity", **(headers or {})}
        with closing(self.client()) as client, _translated(self.url):
            url = f"{client.base_url}{path}"
            with client.request(
                method, url, params=query, headers=sent, stream=True, allow_redirects=False, timeout=silence
            ) as response:
                use(response.status_code, response.iter_content(65536))

    def client(self) -> APIClient:
        """A client of the SDK; blocks.

        Raises EngineProblem, `config-invalid` for a configuration that nobody can make sense of, and SdkProblem.
        """
        knock(self.url, self.timeout)
        tls = () if self.on_a_socket else ("DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")
        environ = {name: self._environ[name] for name in tls if name in self._environ}
        with _ours("cannot be loaded"):
            from docker import APIClient
            from docker.constants import DEFAULT_DOCKER_API_VERSION
            from docker.errors import DockerException
            from docker.utils import kwargs_from_env

            _refuse_odd_configuration(self.url)
        with _ours("cannot be set up"):
            try:
                where = kwargs_from_env({**environ, "DOCKER_HOST": self.url})
                client = APIClient(version=DEFAULT_DOCKER_API_VERSION, **where)
            except (DockerException, OSError) as error:
                if _is_own_fault(error):
                    raise
                words = str(error) if isinstance(error, DockerException) else "its files cannot be read"
                raise EngineProblem("config-invalid", f"the docker SDK cannot be set up: {words}") from error
        client.trust_env = False
        return client


def _refuse_odd_configuration(url: str) -> None:
    """The SDK reads docker's config.json as soon as it is set up; what it stumbles over there is not its own fault."""
    from docker.auth import load_config
    from docker.utils.config import load_general_config
    from docker.utils.proxy import ProxyConfig

    try:
        general = load_general_config()
        proxies = general.get("proxies", {})
        ProxyConfig.from_dict(proxies.get(url, proxies.get("default", {})))
        load_config(config_dict=general)
    except Exception as error:
        words = "the docker SDK cannot be set up: its configuration has an unexpected shape"
        raise EngineProblem("config-invalid", words) from error


@contextmanager
def _ours(what: str) -> Iterator[None]:
    """Whatever is raised here, other than what is known of the engine, is our libraries' fault."""
    try:
        yield
    except (EngineProblem, SdkProblem):
        raise
    except Exception as error:
        names = ", ".join(f"{name} {_version(name)}" for name in ("docker", "requests", "urllib3"))
        raise SdkProblem(f"the docker SDK {what}: {type(error).__name__}: {error} ({names})") from error


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "of no version"


def _is_own_fault(error: BaseException | None) -> bool:
    """Whether an error speaks of how a request was made, not of what came back: no engine can cause that."""
    from requests import exceptions as asked
    from urllib3 import exceptions as below

    own = (
        *(asked.InvalidURL, asked.InvalidSchema, asked.MissingSchema, asked.InvalidHeader),
        *(below.LocationValueError, below.URLSchemeUnknown),
    )
    while error is not None:
        if isinstance(error, own) or "Not supported URL scheme" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def knock(url: str, timeout: float) -> None:
    """Opens the socket and closes it again: most machines without an engine are known by this alone.

    Raises EngineProblem; blocks for `timeout` seconds at most.
    """
    parts = urlsplit(url)
    if parts.scheme in ("ssh", "fd"):
        raise EngineProblem("remote", f"{url} is not looked at: only sockets, pipes and tcp are")
    try:
        if parts.scheme == "unix":
            with closing(socket.socket(socket.AF_UNIX)) as one:
                one.settimeout(timeout)
                one.connect(url.removeprefix("unix://"))
        elif parts.scheme in ("tcp", "http", "https"):
            socket.create_connection((parts.hostname or "", parts.port or 2375), timeout).close()
    except (OSError, ValueError) as error:
        raise _unreached(url, error) from error


_BY_ERRNO: dict[int | None, Trouble] = {
    errno.ENOENT: "absent",
    errno.ENOTDIR: "absent",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EAGAIN: "silent",
}


def _unreached(url: str, error: OSError | ValueError) -> EngineProblem:
    if isinstance(error, TimeoutError):
        return EngineProblem("silent", f"{url} takes no connection in time")
    if isinstance(error, ValueError) or error.errno is None:
        return EngineProblem("config-invalid", f"{url} cannot be connected to: {error}")
    kind = _BY_ERRNO.get(error.errno, "refused")
    return EngineProblem(kind, f"{url}: {(error.strerror or 'the connection failed').lower()}")


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """Whatever the SDK's HTTP stack raises becomes an EngineProblem, or a SdkProblem where no peer can cause it."""
    from http.client import HTTPException

    from requests import RequestException, Timeout
    from urllib3.exceptions import HTTPError

    with _ours("cannot ask"):
        try:
            yield
        except Timeout as error:
            raise EngineProblem("silent", f"{url} stopped answering") from error
        except (RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
            if _is_own_fault(error):
                raise
            silent = "timed out" in str(error).lower()
            words = (
                "stopped answering" if silent else f"speaks no HTTP as a Docker engine does ({type(error).__name__})"
            )
            raise EngineProblem("silent" if silent else "garbled", f"{url} {words}") from error


def versioned(api: str) -> str:
    """`/v1.41`, or nothing where the engine named no usable version."""
    return f"/v{api}" if API.fullmatch(api) else ""


def decoded(body: bytes) -> Mapping[str, Any]:
    """A JSON object, empty for anything else."""
    value = json_or_none(body)
    return value if isinstance(value, dict) else {}


def encoded_login(credential: Credential, host: str) -> str:
    """The value of `X-Registry-Auth` (Docker Engine API: authentication). Raises SecretProblem for another host."""
    from docker.auth import encode_header

    text = credential.secret.reveal(host)
    if credential.kind == "identity-token":
        told = {"identitytoken": text}
    elif credential.kind in ("bearer", "registry-token"):
        told = {"registrytoken": text}
    else:
        told = {"username": credential.username, "password": text}
    return str(encode_header({**told, "serveraddress": host}).decode("ascii"))
