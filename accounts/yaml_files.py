"""How YAML is read: safely, and by libyaml where it is there, ten times faster than Python."""

from __future__ import annotations

from typing import Any

import yaml

SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
