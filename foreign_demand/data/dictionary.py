"""Every column of every table, from the catalog."""

from __future__ import annotations

import pandas as pd

from foreign_demand.data.catalog import Catalog


def data_dictionary(catalog: Catalog) -> pd.DataFrame:
    """Every column of every table, as the catalog describes it.

    Returns
    -------
    pandas.DataFrame
        ``dataset``, ``title``, ``publisher``, ``column``, ``type``, ``unit``, ``about``, whether it is of
        the ``key``, and how many columns the table has, ``columns``.
    """
    return pd.DataFrame(
        [
            {"dataset": dataset.id, "title": dataset.title, "publisher": dataset.publisher}
            | {"column": column.name, "type": column.type, "unit": column.unit, "about": column.about}
            | {"key": column.name in dataset.key, "columns": len(dataset.columns)}
            for dataset in catalog.values()
            for column in dataset.columns
        ]
    )
