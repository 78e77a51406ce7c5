"""Make .venv hold exactly what a lock file says: `python3 requirements/bootstrap.py base|test|…`.

Needs nothing but Python 3.11 with venv. Does nothing when the lock file has not changed since.
(No newer syntax here: an older Python must get as far as the sentence that refuses it.)
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")


def main(names):
    use_new_enough_python()
    os.makedirs(VENV, exist_ok=True)
    with open(os.path.join(VENV, ".bootstrap.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name in names:
            install(name)


def use_new_enough_python():
    """Go on in the newest Python that can be found if this one is too old."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(19, OLDEST[1] - 1, -1):
        newer = shutil.which("python3.%d" % minor)
        # A version manager puts names on the PATH that it cannot start.
        if newer and starts(newer):
            os.execv(newer, [newer] + sys.argv)
    sys.exit(
        "Readiness needs Python %d.%d or newer; %s is %s. "
        "Install one, or name it: make run PYTHON=/path/to/python3.11"
        % (OLDEST + (sys.executable, sys.version.split()[0]))
    )


def install(name):
    path = os.path.join(ROOT, "requirements", name + ".lock")
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    stamp = os.path.join(VENV, "." + name + ".digest")
    if starts(VENV_PYTHON) and read(stamp) == digest:
        return
    if not starts(VENV_PYTHON):
        make_venv()
    print("Installing what requirements/%s.lock names ..." % name, flush=True)
    exact = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-qq", "-r", path]
    uv = shutil.which("uv")
    if uv:
        run([uv, "pip", "install", "--python", VENV_PYTHON] + exact)
    else:
        pip = [VENV_PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
        run(pip + exact)
    with open(stamp, "w") as file:
        file.write(digest)


def make_venv():
    print("Making .venv with %s ..." % sys.executable, flush=True)
    uv = shutil.which("uv")
    if uv:
        run([uv, "venv", "--quiet", "--allow-existing", "--no-python-downloads",
             "--python", sys.executable, VENV])  # fmt: skip
        return
    try:
        import ensurepip  # noqa: F401, PLC0415
    except ImportError:
        sys.exit(
            "This Python cannot make virtual environments. On Debian or Ubuntu: "
            "apt install python3-venv"
        )
    run([sys.executable, "-m", "venv", VENV])


def starts(python):
    """Whether it is a Python that starts and is new enough."""
    test = "import sys; sys.exit(sys.version_info < %r)" % (OLDEST,)
    try:
        return subprocess.call([python, "-c", test], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read()


def run(arguments):
    if subprocess.call(arguments) != 0:
        sys.exit("This failed, see above: " + " ".join(arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
