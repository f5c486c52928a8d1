"""Importers: one module per publisher, and the table that names them.

``fetch_*`` touches the network, ``parse_*`` turns bytes into a tidy table,
``check_*`` holds an adding-up identity, ``vintage_*`` reads an edition stamp.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources import (
    cbo,
    fedboard,
    fiscaldata,
    fred,
    french,
    imf,
    investor_class,
    lbma,
    mof,
    nyfed,
    tic,
    un,
    wgc,
    z1,
)
from foreign_demand.data.sources.http import Client, Reply

__all__ = ["ADAPTERS", "Adapter", "fetch_url"]


def fetch_url(dataset: Dataset, client: Client, validator: str = "") -> Reply:
    """Fetch the one file a dataset's official address serves."""
    return client.get(dataset.url, validator=validator, redirects=dataset.redirects)


def fetch_shared(dataset: Dataset, client: Client, validator: str = "") -> Reply:
    """Fetch a file that several datasets are read from: once for all of them."""
    return client.get(dataset.url, validator=validator, redirects=dataset.redirects, shared=True)


def no_stamp(content: bytes) -> str:
    """Stamp of a file that has none."""
    return ""


@dataclass(frozen=True, kw_only=True)
class Adapter:
    """How one kind of publication is brought in."""

    parse: Callable[[bytes, Dataset], pd.DataFrame]
    """Pure: bytes to the table the catalog describes, or :class:`ParseError`."""
    fetch: Callable[[Dataset, Client, str], Reply] = fetch_url
    """Fill when one address is not the whole publication."""
    second: Callable[[Dataset, Client, Reply], Reply | None] = lambda dataset, client, reply: None
    """Fill when somebody else has the same series: asked once an answer is not the publication."""
    vintage: Callable[[bytes], str] = no_stamp
    """The publisher's own edition stamp as an ISO date; fill when the file has one."""
    vintages: Callable[[Dataset, Client], pd.DataFrame | None] = lambda dataset, client: None
    """Every revision the publisher's own archive remembers; fill when it has one."""
    identities: tuple[Callable[[pd.DataFrame, Dataset], None], ...] = ()
    """What must add up, by definition, in every edition."""


ADAPTERS: Mapping[str, Adapter] = {
    "acm": Adapter(
        fetch=fetch_shared, parse=nyfed.parse_term_premium, identities=(nyfed.check_decomposition,)
    ),
    "auctions": Adapter(
        fetch=fiscaldata.fetch_auctions,
        parse=fiscaldata.parse_auctions,
        identities=(fiscaldata.check_bidder_shares,),
    ),
    "cbo_actuals": Adapter(parse=cbo.parse_actuals, identities=(cbo.check_actuals,)),
    "cbo_baselines": Adapter(parse=cbo.parse_baselines, identities=(cbo.check_baselines,)),
    "cofer_legacy": Adapter(
        parse=imf.parse_legacy, vintage=imf.vintage_legacy, identities=(imf.check_legacy,)
    ),
    "cofer_revised": Adapter(parse=imf.parse_revised, identities=(imf.check_revised,)),
    "cofer_shares": Adapter(
        parse=imf.parse_currency_shares,
        vintage=imf.vintage_cofer,
        identities=(imf.check_currency_shares,),
    ),
    "cofer_values": Adapter(parse=imf.parse_currency_values, vintage=imf.vintage_cofer),
    "federal_reserve_at_auction": Adapter(parse=investor_class.parse_federal_reserve),
    "fred": Adapter(
        fetch=fred.fetch_series,
        second=fred.fetch_second,
        parse=fred.parse_series,
        vintages=fred.fetch_vintages,
    ),
    "french_factors": Adapter(parse=french.parse_factors, vintage=french.vintage_factors),
    "gold_pm": Adapter(parse=lbma.parse_gold),
    "gsw": Adapter(parse=fedboard.parse_curve, identities=(fedboard.check_curve,)),
    "investor_class_bills": Adapter(
        fetch=investor_class.fetch_bills,
        parse=investor_class.parse_bills,
        identities=(investor_class.check_classes,),
    ),
    "investor_class_coupons": Adapter(
        fetch=investor_class.fetch_coupons,
        parse=investor_class.parse_coupons,
        identities=(investor_class.check_classes,),
    ),
    "investor_class_coupons_2000": Adapter(
        fetch=investor_class.fetch_coupons_before_2009,
        parse=investor_class.parse_coupons,
        identities=(investor_class.check_classes,),
    ),
    "investor_class_shares": Adapter(
        parse=investor_class.parse_shares, identities=(investor_class.check_shares,)
    ),
    "japan_weekly_flows": Adapter(
        parse=mof.parse_weekly_flows,
        vintage=mof.vintage_weekly_flows,
        identities=(mof.check_weekly_flows,),
    ),
    "jgb_yields": Adapter(parse=mof.parse_yields),
    "kim_wright": Adapter(parse=fedboard.parse_kim_wright),
    "official_gold": Adapter(parse=wgc.parse_official_gold),
    "mspd": Adapter(
        fetch=fiscaldata.fetch_statement,
        parse=fiscaldata.parse_statement,
        identities=(fiscaldata.check_statement,),
    ),
    "tic_first_prints": Adapter(parse=tic.parse_first_prints),
    "tic_major_holders": Adapter(
        parse=tic.parse_major_holders, vintage=tic.vintage_tic, identities=(tic.check_major_holders,)
    ),
    "tic_press_tables": Adapter(parse=tic.parse_press_tables, identities=(tic.check_press_tables,)),
    "tic_positions": Adapter(parse=tic.parse_positions, identities=(tic.check_positions,)),
    "tic_slt3d": Adapter(
        parse=tic.parse_slt3d,
        identities=(tic.check_world, tic.check_regions, tic.check_long_and_short),
    ),
    "tic_slt_table1": Adapter(
        parse=tic.parse_slt_table1,
        identities=(tic.check_official_split, tic.check_world, tic.check_security_types),
    ),
    "tic_slt_table1_editions": Adapter(parse=tic.parse_editions, identities=(tic.check_editions,)),
    "tic_slt_table3": Adapter(
        parse=tic.parse_slt_table3,
        identities=(
            tic.check_official_split,
            tic.check_world,
            tic.check_regions,
            tic.check_long_and_short,
        ),
    ),
    "tic_survey": Adapter(parse=tic.parse_survey, vintage=tic.vintage_tic, identities=(tic.check_survey,)),
    "tic_transactions": Adapter(
        parse=tic.parse_transactions, identities=(tic.check_world, tic.check_regions)
    ),
    "un_agreement": Adapter(parse=un.parse_agreement),
    "un_ideal_points": Adapter(fetch=un.fetch_ideal_points, parse=un.parse_ideal_points),
    "un_voting_coincidence": Adapter(parse=un.parse_voting_coincidence, identities=(un.check_coincidence,)),
    "z1_holders": Adapter(parse=z1.parse_holders, identities=(z1.check_holders,)),
}
"""The importers, by the name an entry of ``data/catalog.yml`` gives as ``adapter``."""
