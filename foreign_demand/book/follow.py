"""What a kernel of the build runs first (``PYTHONSTARTUP``), to follow a notebook from its first cell."""

from IPython import get_ipython as _shell

from foreign_demand.book import record as _record

_record.install(_shell())
