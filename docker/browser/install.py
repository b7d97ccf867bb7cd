"""Put the pinned browser, its fonts and the plotly.js bundle into one folder.

    python docker/browser/install.py TARGET

The images, the tests and a developer's machine all draw with what this makes,
so a picture is the same bytes wherever it is drawn. It needs pip, and fetches
npm through it where there is none. Versions and hashes are pinned in
`requirements.txt` and `package-lock.json` beside this file.

    TARGET/chromium      headless Chromium, built for Lambda
    TARGET/lib/          the NSS libraries that a slim system lacks
    TARGET/fonts/        IPAexGothic (Japanese) and Open Sans (Latin)
    TARGET/fonts.conf    makes exactly these fonts visible to the browser
    TARGET/plotly.min.js the basic plotly.js bundle: lines and bars
    TARGET/licenses/     the licence of each of these; its README.md says which
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Only these folders count, whatever the machine has installed; the relative
# prefix lets the folder move. Without hinting settings of its own Chromium takes
# other ones as one process than as several, and draws the text in other bytes.
FONTS_CONF = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias><family>sans-serif</family><prefer>
    <family>Open Sans</family><family>IPAexGothic</family>
  </prefer></alias>
  <match target="font">
    <edit name="antialias"><bool>true</bool></edit>
    <edit name="hinting"><bool>false</bool></edit>
    <edit name="autohint"><bool>false</bool></edit>
    <edit name="hintstyle"><const>hintnone</const></edit>
    <edit name="rgba"><const>none</const></edit>
  </match>
</fontconfig>
"""

# What is installed, by the start of its path -> the text of its licence. The packages
# bring three of them, the others are in the folder `licenses` beside this file.
LICENSES = {
    "chromium": "chromium.txt",
    "fonts/OpenSans-": "open-sans.txt",
    "fonts/ipaexg.ttf": "IPA_Font_License_Agreement_v1.0.txt",
    "lib/libexpat.": "expat.txt",
    "lib/libfreebl": "MPL-2.0.txt",
    "lib/libnspr": "MPL-2.0.txt",
    "lib/libnss": "MPL-2.0.txt",
    "lib/libpl": "MPL-2.0.txt",
    "lib/libsoftokn": "MPL-2.0.txt",
    "plotly.min.js": "plotly.js.txt",
}
OURS = ("fonts.conf", "installed", "licenses/")

UNPACK_JS = """\
const fs = require("fs"), zlib = require("zlib");
for (const [from, to] of JSON.parse(process.argv[1]))
  fs.writeFileSync(to, zlib.brotliDecompressSync(fs.readFileSync(from)));
"""


def main() -> int:
    """Install into the folder named on the command line unless it is current."""
    if len(sys.argv) != 2:
        print("usage: python docker/browser/install.py TARGET", file=sys.stderr)
        return 2
    target = Path(sys.argv[1]).resolve()
    stamp = target / "installed"
    if stamp.is_file() and stamp.read_text() == pinned():
        return 0
    print(f"setup: the browser into {target}, 140 MB to download, a minute", flush=True)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    try:
        with tempfile.TemporaryDirectory() as work:
            install(target, Path(work))
    except subprocess.CalledProcessError as error:
        name = " ".join(map(str, error.cmd[:4]))
        print(f"browser: `{name} ...` failed; see its message above", file=sys.stderr)
        return 1
    stamp.write_text(pinned())
    return 0


def pinned() -> str:
    """Return a digest of everything that decides what is installed."""
    names = ("install.py", "package-lock.json", "requirements.txt")
    paths = [*(HERE / name for name in names), *sorted((HERE / "licenses").iterdir())]
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def install(target: Path, work: Path) -> None:
    """Fetch the wheels and the npm packages, and lay their files out in `target`."""
    wheels = work / "wheels"
    pip_install(wheels)
    tools = dict(os.environ)
    if not shutil.which("npm"):
        tools["PATH"] = f"{wheels / 'bin'}{os.pathsep}{tools.get('PATH', '')}"
        tools["PYTHONPATH"] = str(wheels)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, work)
    print("setup: Chromium and plotly.js by npm, 70 MB of it", flush=True)
    npm_ci = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(npm_ci, cwd=work, env=tools, check=True)
    modules = work / "node_modules"
    shutil.copy(
        modules / "plotly.js-basic-dist-min" / "plotly-basic.min.js",
        target / "plotly.min.js",
    )
    unpack_chromium(modules / "@sparticuz" / "chromium" / "bin", target, work, tools)
    fonts = wheels / "matplotlib_fontja" / "fonts"
    shutil.copy(fonts / "ipaexg.ttf", target / "fonts")
    (target / "fonts.conf").write_text(FONTS_CONF)
    licenses = shutil.copytree(HERE / "licenses", target / "licenses")
    shutil.copy(fonts / LICENSES["fonts/ipaexg.ttf"], licenses)
    for package, name in (
        ("@sparticuz/chromium", "sparticuz-chromium.txt"),
        ("plotly.js-basic-dist-min", LICENSES["plotly.min.js"]),
    ):
        shutil.copy(modules / package / "LICENSE", licenses / name)
    if unlicensed := list_unlicensed(target):
        sys.exit(f"no licence is known for {', '.join(unlicensed)}; adapt {__file__}")


def list_unlicensed(target: Path) -> list[str]:
    """Return what is installed without the text of its licence beside it."""
    texts = {path.name for path in (target / "licenses").glob("*.txt")}
    known = (*OURS, *(start for start, text in LICENSES.items() if text in texts))
    names = (str(p.relative_to(target)) for p in target.rglob("*") if p.is_file())
    return sorted(name for name in names if not name.startswith(known))


def pip_install(target: Path) -> None:
    """Install the pinned wheels into a folder of their own."""
    # On a terminal it shows how far it is.
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    pip = [sys.executable, "-m", "pip", "install", *quiet, "--no-deps"]
    pip += ["--disable-pip-version-check", "--no-compile", "--require-hashes"]
    pip += ["--target", str(target), "-r", str(HERE / "requirements.txt")]
    subprocess.run(pip, check=True)


def unpack_chromium(
    packed: Path, target: Path, work: Path, tools: dict[str, str]
) -> None:
    """Decompress the browser (Brotli is built into Node) and sort its files."""
    names = {
        "chromium.br": target / "chromium",
        "al2023.tar.br": work / "libraries.tar",
        "fonts.tar.br": work / "fonts.tar",
    }
    pairs = [[str(packed / name), str(path)] for name, path in names.items()]
    node = ["node", "-e", UNPACK_JS, str(pairs).replace("'", '"')]
    subprocess.run(node, env=tools, check=True)
    (target / "chromium").chmod(0o755)
    (target / "lib").mkdir()
    (target / "fonts").mkdir()
    for archive, suffix, folder in (
        ("libraries.tar", (".so", ".so.1", ".chk"), "lib"),
        ("fonts.tar", ("Regular.ttf", "Bold.ttf"), "fonts"),
    ):
        with tarfile.open(work / archive) as tar:
            for member in tar:
                if member.isfile() and member.name.endswith(suffix):
                    content = tar.extractfile(member)
                    assert content is not None
                    path = target / folder / Path(member.name).name
                    path.write_bytes(content.read())


if __name__ == "__main__":
    sys.exit(main())
