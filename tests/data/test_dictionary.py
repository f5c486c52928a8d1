"""The data dictionary: what the catalog says of every column."""

from __future__ import annotations

from foreign_demand.data.catalog import Catalog
from foreign_demand.data.dictionary import data_dictionary


def test_the_data_dictionary_has_every_column_once_with_its_unit(catalog: Catalog) -> None:
    told = data_dictionary(catalog)
    assert not told[["dataset", "column"]].duplicated().any()
    assert len(told) == sum(len(dataset.columns) for dataset in catalog.values())
    assert (told.loc[told["type"] == "number", "unit"] != "").all()
    assert told.groupby("dataset")["key"].any().all()
