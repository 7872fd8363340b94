"""The clients: what a folder's peer.json says, and how one is run."""
import base64
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time

# No secret, but of the form that some libraries check: a bot's id comes first.
TOKEN = base64.b64encode(b"1190000000000000001").decode().rstrip("=") \
    + ".AAAAAA." + 38 * "a"

HERE = pathlib.Path(__file__).resolve().parent


class Peer:
    """A folder with a driver; see README.md for what is in it."""

    def __init__(self, name, build):
        self.name = name
        self.folder = HERE / name
        said = json.loads((self.folder / "peer.json").read_text())
        self.command = said["command"]
        self.compress = said["compress"]
        self.rows = said["rows"]
        self.slow = said.get("slow", False)
        self.environment = said.get("environment", {})
        self._build = build
        self._out = build / "peers" / name

    @staticmethod
    def names():
        """Of all there are; those that others are compared with first."""
        first = ["twilight", "muster"]
        found = {x.parent.name for x in HERE.glob("*/peer.json")}
        return first + sorted(found.difference(first))

    def prepare(self):
        """Installs and builds what is missing; tells the versions."""
        self._out.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([self.folder / "prepare", self._out],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              text=True)
        if done.returncode != 0:
            why = (done.stderr or done.stdout).strip().splitlines()
            raise RuntimeError(why[-1] if why else "prepare failed")
        return done.stdout.strip().splitlines()[-1]

    def run(self, simulator, mode, compress, patience):
        """Runs it to its end. Its CPU is that of the whole process and of what
        it began, from exec to exit, whatever it says itself."""
        fill = {"build": self._build, "out": self._out, "folder": self.folder,
                "compress": compress, "mode": mode, "ca": simulator.ca}
        # Little else, or a machine's own SSL_CERT_DIR has some read all
        # authorities of the system.
        environment = {name: os.environ[name] for name in ("PATH", "HOME")
                       if name in os.environ}
        environment.update({
            "SSL_CERT_FILE": simulator.ca,
            "DISCORD_TOKEN": TOKEN,
            "PEER_REST": simulator.rest,
            "PEER_GATEWAY": simulator.gateway,
            "PEER_CA": simulator.ca,
            "PEER_GUILDS": str(simulator.guilds),
            "PEER_MEMBERS": str(simulator.members),
            "PEER_MODE": mode,
            "PEER_COMPRESS": compress})
        for key, value in self.environment.items():
            environment[key] = value.format(**fill)
        with tempfile.TemporaryFile("w+") as err:
            began = time.monotonic()
            child = subprocess.Popen(
                [x.format(**fill) for x in self.command], env=environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err,
                text=True)
            guard = threading.Timer(patience, child.kill)
            guard.start()
            out = child.stdout.read()
            _, status, used = os.wait4(child.pid, 0)
            guard.cancel()
            child.returncode = os.waitstatus_to_exitcode(status)
            child.stdout.close()
            wall = time.monotonic() - began
            err.seek(0)
            return self._judge(simulator, child.returncode, out, err.read(),
                               {"cpu": used.ru_utime + used.ru_stime,
                                "rss": used.ru_maxrss * 1024, "wall": wall})

    @staticmethod
    def _judge(simulator, code, out, err, sample):
        lines = [x for x in out.splitlines() if x.startswith("{")]
        try:
            said = json.loads(lines[-1])
        except (IndexError, ValueError):
            said = {}
        sample["said"] = said
        members = said.get("members", "no")
        if code == -signal.SIGKILL:
            sample["failed"] = f"was ended after {sample['wall']:.0f} s"
        elif code != 0 or not said:
            last = err.strip().splitlines()[-1:] or ["it said nothing"]
            sample["failed"] = f"exit code {code}: {last[0][:200]}"
        elif members is not None and members != simulator.members:
            sample["failed"] = (f"{members} members instead of "
                                f"{simulator.members}")
        elif members is None and said.get("chunks") is None \
                or said.get("chunks") not in (None, simulator.chunks):
            sample["failed"] = (f"{said.get('chunks')} chunks instead of "
                                f"{simulator.chunks}")
        return sample
