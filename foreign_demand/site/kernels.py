"""Warm kernels: the build's notebooks run in forks of one process that has imported all there is to import.

A server, this module run as a program, imports pandas, Altair, statsmodels and the package
once; each kernel is a fork of it, ready at once. Jupyter launches kernels through a
provisioner; :class:`Warm` asks the server, and where there is none (another system, a
server that died) it launches an ordinary kernel.

The two talk over a socket of their own a kernel. A line of JSON asks for it; its process id
and, when it has ended, its exit status come back. When either side goes, the kernel goes.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

IMPORTED = (
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "pandas",
    "altair",
    "statsmodels.api",
    "scipy.stats",
    "myst_nb",
    "foreign_demand.book.record",
    "foreign_demand.book.assembled",
    "foreign_demand.book.figures",
)
"""What every chapter needs. No module that starts threads, of which a fork has only the one that forked;
none that sets something when it is imported, as ``book.charts`` does: a kernel begins as any other does."""

PATIENCE = 60.0
"""Seconds to wait for the server, which may still be importing."""

_NAME = "foreign-demand-warm"
_SOCKET = "BOOK_KERNELS"


# --- the build's side ----------------------------------------------------------


@contextlib.contextmanager
def warm_kernels() -> Iterator[None]:
    """Have the kernels of this process and its forks come from a server, where there can be one.

    ``BOOK_WARM=0`` leaves all as it is; where there is a server, that one serves.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # chapters run side by side: each on one thread
    if sys.platform != "linux" or os.environ.get("BOOK_WARM") == "0" or _SOCKET in os.environ:
        yield
        return
    folder = tempfile.mkdtemp(prefix="book-kernels-")
    address = str(Path(folder) / "socket")
    factory = KernelProvisionerFactory.instance()
    before = factory.default_provisioner_name
    program = [sys.executable, "-m", __name__, address]
    # Its standard input ends when this process does, in whatever way: then the server leaves.
    with subprocess.Popen(program, stdin=subprocess.PIPE, start_new_session=True) as server:
        try:
            factory.provisioners[_NAME] = EntryPoint(_NAME, f"{__name__}:{Warm.__name__}", factory.GROUP_NAME)
            factory.default_provisioner_name = _NAME
            os.environ[_SOCKET] = address
            yield
        finally:
            factory.default_provisioner_name = before
            os.environ.pop(_SOCKET, None)
            server.terminate()
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def ordinary_kernels() -> Iterator[None]:
    """Have kernels started as anywhere else, whether there is a server or not."""
    address = os.environ.pop(_SOCKET, None)
    try:
        yield
    finally:
        if address:
            os.environ[_SOCKET] = address


class Warm(LocalProvisioner):
    """Launches a kernel as a fork of the server, or an ordinary one where the server cannot be asked."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Launch the kernel that a command would start."""
        try:
            arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
            kernel = Fork(os.environ[_SOCKET], arguments, kwargs.get("cwd"), kwargs["env"])
        except (ValueError, KeyError, OSError):
            return await super().launch_kernel(cmd, **kwargs)
        self.process = cast("subprocess.Popen[bytes]", kernel)
        self.pid = self.pgid = kernel.pid
        return self.connection_info


class Fork:
    """A kernel that the server forked, to be handled as a :class:`subprocess.Popen`.

    Raises
    ------
    OSError
        If the server cannot be reached, or ends before it has forked.
    """

    stdin = stdout = stderr = None

    def __init__(self, address: str, arguments: list[str], cwd: str | None, env: dict[str, str]) -> None:
        self._server = socket.socket(socket.AF_UNIX)
        self._server.settimeout(PATIENCE)
        self.returncode: int | None = None
        try:
            _connect(self._server, address)
            asked = {"arguments": arguments, "cwd": cwd or str(Path.cwd()), "env": dict(env)}
            self._server.sendall(json.dumps(asked).encode() + b"\n")
            said = self._server.recv(32)
            if not said:
                raise ConnectionResetError(f"The kernel server at {address} left.")
        except OSError:
            self._server.close()
            raise
        self.pid = int(said)

    def poll(self) -> int | None:
        """Exit status of the kernel; None while it runs."""
        return self._ended(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the kernel to end; its exit status."""
        status = self._ended(timeout)
        if status is None:
            raise subprocess.TimeoutExpired("kernel", timeout or 0.0)
        return status

    def send_signal(self, number: int) -> None:
        """Send the kernel a signal."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)

    def _ended(self, seconds: float | None) -> int | None:
        if self.returncode is None:
            self._server.settimeout(seconds)
            with contextlib.suppress(BlockingIOError, TimeoutError):
                # Nothing at all: the server died, and its kernels with it.
                said = self._server.recv(32) or b"-9"
                self.returncode = int(said)
                self._server.close()
        return self.returncode


def _connect(server: socket.socket, address: str) -> None:
    """Connect as soon as the server listens, which it does before it imports anything."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return server.connect(address)
        except FileNotFoundError:
            # Not there yet, or gone with its folder.
            if time.monotonic() > until or not Path(address).parent.exists():
                raise
            time.sleep(0.02)


# --- the server ----------------------------------------------------------------


def _serve(address: str) -> None:
    """Import, then fork a kernel for each that asks, until standard input ends."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    # A build that is killed may leave forks that hold the other end of standard input open.
    _end_with_parent(signal.SIGTERM)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address + ".new")
        listening.listen(64)
        Path(address + ".new").rename(address)
        # Nobody debugs a chapter in a build, and to get ready for it takes a kernel longest.
        sys.modules["debugpy"] = cast("ModuleType", None)
        for name in IMPORTED:
            with contextlib.suppress(Exception):  # what cannot be imported fails where it is used
                importlib.import_module(name)
        gc.collect()
        gc.freeze()
        _Forks(listening).run()


class _Forks:
    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self._kernels: dict[int, tuple[socket.socket, int]] = {}
        self._ready = selectors.DefaultSelector()
        self._ready.register(listening, selectors.EVENT_READ, self._fork)
        self._ready.register(sys.stdin, selectors.EVENT_READ, sys.exit)

    def run(self) -> None:
        try:
            while True:
                for key, _ in self._ready.select():
                    key.data()
        finally:
            for pid in list(self._kernels):
                os.kill(pid, signal.SIGKILL)

    def _fork(self) -> None:
        asking, _ = self._listening.accept()
        with asking.makefile("rb") as lines:
            asked = json.loads(lines.readline() or "null")
        if asked is None:
            asking.close()
            return
        pid = os.fork()
        if pid == 0:
            _become_kernel(**asked)
        ended = os.pidfd_open(pid)
        self._kernels[pid] = asking, ended
        self._ready.register(ended, selectors.EVENT_READ, lambda: self._tell(pid))
        self._ready.register(asking, selectors.EVENT_READ, lambda: self._forsaken(pid))
        asking.sendall(b"%d\n" % pid)

    def _tell(self, pid: int) -> None:
        """Say how a kernel ended."""
        asking, ended = self._kernels.pop(pid)
        _, status = os.waitpid(pid, 0)
        for watched in (asking, ended):
            with contextlib.suppress(KeyError):
                self._ready.unregister(watched)
        with contextlib.suppress(OSError):
            asking.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
        asking.close()
        os.close(ended)

    def _forsaken(self, pid: int) -> None:
        """Whoever asked for a kernel is gone: it goes as well."""
        self._ready.unregister(self._kernels[pid][0])
        os.kill(pid, signal.SIGKILL)


def _end_with_parent(number: int) -> None:
    """Have this process sent a signal when the one that made it ends (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, number)


def _become_kernel(arguments: list[str], cwd: str, env: dict[str, str]) -> None:
    """Be the kernel that ``python -m ipykernel_launcher`` would have been; does not return."""
    import random

    import numpy as np
    from ipykernel.kernelapp import IPKernelApp

    status = 1
    try:
        _end_with_parent(signal.SIGKILL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.setsid()
        os.closerange(3, 65536)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(env)
        os.environ["JPY_PARENT_PID"] = parent = str(os.getppid())
        gc.set_threshold(50_000)  # tables are few and large: to look so often for garbage finds none
        random.seed()
        np.random.seed()
        sys.argv = ["ipykernel_launcher", *arguments]
        del sys.path[0]  # the folder the server was started in
        IPKernelApp.launch_instance(
            argv=[*arguments, f"--IPKernelApp.parent_handle={parent}", "--log-level=ERROR"]
        )
        status = 0
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else int(left.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    with contextlib.suppress(SystemExit):
        _serve(sys.argv[1])
    os._exit(0)  # nothing that was imported has to be taken apart
