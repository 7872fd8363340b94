"""A gateway for one run of one client."""
import contextlib
import json
import os
import signal
import subprocess
import tempfile


class Simulator:
    """build/muster simulate, until end()."""

    def __init__(self, program, guilds, members):
        self.chunks = guilds * -(-members // 1000)
        self.members = guilds * members
        self.guilds = guilds
        self._log = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            [program, "simulate", "--tls", "--shards", "1",
             "--guilds", str(guilds), "--members", str(members),
             "--identify-window", "0ms", "--cooldown", "0ms"],
            stdout=subprocess.PIPE, stderr=self._log, text=True)
        self.rest = self._process.stdout.readline().strip()
        self.ca = self._process.stdout.readline().strip()
        if not self.ca:
            self._log.seek(0)
            raise RuntimeError("the simulator did not start: "
                               + self._log.read().strip())
        self.gateway = "wss" + self.rest.removeprefix("https").removesuffix(
            "/api/v10")

    def end(self):
        """Ends it and tells what it has counted."""
        self._process.send_signal(signal.SIGINT)
        try:
            out, _ = self._process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            out, _ = self._process.communicate()
        with contextlib.suppress(OSError):
            os.unlink(self.ca)
        self._log.close()
        lines = out.strip().splitlines()
        return json.loads(lines[-1]) if lines else {}
