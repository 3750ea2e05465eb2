"""Name the system libraries that Qt needs and this Linux lacks; install them where that is possible.

    python tools/qt_libraries.py [--for window|offscreen] [--install]

Exit status 0: nothing is missing (any more), or this is not Linux. 1: something is; standard error says what
to type. Run it with the Python that has PySide6.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PLUGINS = {
    "offscreen": ("libqoffscreen.so",),
    "window": ("libqoffscreen.so", "libqxcb.so"),
}
MODULES = ("libQt6Core.so.6", "libQt6Gui.so.6", "libQt6Widgets.so.6", "libQt6Svg.so.6", "libQt6OpenGL.so.6")

# Which Debian or Ubuntu package carries a library whose package name does not follow from its own.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libXau.so.6": "libxau6",
    "libXdmcp.so.6": "libxdmcp6",
    "libSM.so.6": "libsm6",
    "libICE.so.6": "libice6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libz.so.1": "zlib1g",
    "libstdc++.so.6": "libstdc++6",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
}


def main() -> int:
    """Check, install if asked to and able to, and report."""
    parser = argparse.ArgumentParser(description="Check the system libraries that Qt needs.")
    parser.add_argument("--for", dest="platform", choices=sorted(PLUGINS), default="window")
    parser.add_argument("--install", action="store_true", help="install what is missing (Debian, as root)")
    options = parser.parse_args()
    if not sys.platform.startswith("linux") or shutil.which("ldd") is None:
        return 0
    missing = missing_libraries(options.platform)
    if missing and options.install and os.geteuid() == 0 and shutil.which("apt-get"):
        install(debian_packages(missing))
        missing = missing_libraries(options.platform)
    if missing:
        print(advice(missing), file=sys.stderr)
    return 1 if missing else 0


def missing_libraries(platform: str) -> list[str]:
    """Return the names of the shared libraries that the dynamic linker does not find."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or spec.origin is None:
        raise SystemExit("PySide6 is not installed for this Python: run `make setup` first.")
    qt = Path(spec.origin).parent / "Qt"
    wanted = [qt / "lib" / name for name in MODULES]
    wanted += [qt / "plugins" / "platforms" / name for name in PLUGINS[platform]]
    found = [str(path) for path in wanted if path.exists()]
    listing = subprocess.run(["ldd", *found], capture_output=True, text=True, check=False).stdout
    return sorted(set(re.findall(r"^\s*(\S+) => not found", listing, re.MULTILINE)))


def debian_packages(libraries: list[str]) -> list[str]:
    """Return the packages that carry `libraries`: ``libxcb-cursor.so.0`` is in ``libxcb-cursor0``."""
    return sorted({PACKAGES.get(name, name.replace(".so.", "")) for name in libraries})


def install(packages: list[str]) -> None:
    """Install `packages` with apt-get, quietly unless it fails."""
    print(f"Installing what Qt needs: {' '.join(packages)}", file=sys.stderr)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        result = subprocess.run(
            ["apt-get", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            print(result.stdout, file=sys.stderr)
            return


def advice(missing: list[str]) -> str:
    """Say what is missing and the one command that installs it."""
    packages = " ".join(debian_packages(missing))
    return (
        f"Qt cannot open a window here. Missing system libraries: {', '.join(missing)}.\n"
        f"On Debian or Ubuntu, type:\n"
        f"    sudo apt-get install -y {packages}\n"
        f"On other systems, install the packages that carry these libraries."
    )


if __name__ == "__main__":
    raise SystemExit(main())
