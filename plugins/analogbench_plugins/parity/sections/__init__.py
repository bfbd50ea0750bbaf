"""The sections of the page: each measures, draws its plots and says what failed."""

from analogbench_plugins.parity.page import MakeSection
from analogbench_plugins.parity.sections.convolutions import convolutions_section
from analogbench_plugins.parity.sections.curves import curves_section
from analogbench_plugins.parity.sections.differences import differences_section
from analogbench_plugins.parity.sections.power import power_section
from analogbench_plugins.parity.sections.presets import presets_section
from analogbench_plugins.parity.sections.products import products_section
from analogbench_plugins.parity.sections.runs import runs_section
from analogbench_plugins.parity.sections.transfer import transfer_section
from analogbench_plugins.parity.sections.updates import updates_section

SECTIONS: list[MakeSection] = [
    curves_section,
    presets_section,
    updates_section,
    products_section,
    transfer_section,
    convolutions_section,
    runs_section,
    power_section,
    differences_section,
]
"""In the order of the page. To add one, write a function that takes Settings and returns a Section."""
