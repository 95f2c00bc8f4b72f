"""The one build step that setup.cfg cannot say: the demo site and its bank app go along.

They live outside the packages; `segue/shipped.py` finds them in a checkout and in a wheel.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = ("config/demo", "examples/bank_app.py")


class BuildWithDemo(build_py):
    """Copies what is shipped into the built `segue` package; an editable install needs nothing."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for name in SHIPPED:
            target = Path(self.build_lib, "segue", "shipped_files", name)
            target.parent.mkdir(parents=True, exist_ok=True)
            if Path(name).is_dir():
                shutil.copytree(name, target, dirs_exist_ok=True)
            else:
                shutil.copyfile(name, target)


setup(cmdclass={"build_py": BuildWithDemo})
