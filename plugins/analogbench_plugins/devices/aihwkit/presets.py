"""AIHWKIT's presets of training devices: fits to measured arrays, with the converters that AIHWKIT gives them."""

from __future__ import annotations

from analogbench.api import Device
from analogbench_plugins.devices.aihwkit.device import KitDevice
from analogbench_plugins.devices.aihwkit.params import PresetParams


class ReRamES(KitDevice):
    """ReRAM with exponential steps, strongly non-linear and noisy; dw_min 0.00135."""

    name = "aihwkit-reram-es"
    source = "AIHWKIT ReRamESPresetDevice, fit to Gong et al., Nat. Commun. 2018"
    in_default_grid = True
    kit_name = "ReRamESPresetDevice"
    Params = PresetParams


class ReRamSB(KitDevice):
    """ReRAM with soft bounds, a looser fit to the same data as ReRamES; dw_min 0.002."""

    name = "aihwkit-reram-sb"
    source = "AIHWKIT ReRamSBPresetDevice, fit to Gong et al., Nat. Commun. 2018"
    kit_name = "ReRamSBPresetDevice"
    Params = PresetParams


class ReRamArrayOM(KitDevice):
    """A ReRAM array of optimised material, soft bounds, about twenty states; dw_min 0.0949."""

    name = "aihwkit-reram-array-om"
    source = "AIHWKIT ReRamArrayOMPresetDevice, fit to Gong et al., IEDM 2022"
    kit_name = "ReRamArrayOMPresetDevice"
    Params = PresetParams


class ReRamArrayHfO2(KitDevice):
    """A ReRAM array of baseline HfO2, soft bounds, a few states; dw_min 0.4622."""

    name = "aihwkit-reram-array-hfo2"
    source = "AIHWKIT ReRamArrayHfO2PresetDevice, fit to Gong et al., IEDM 2022"
    kit_name = "ReRamArrayHfO2PresetDevice"
    Params = PresetParams


class Capacitor(KitDevice):
    """Trench capacitors with transistors: nearly linear steps, and leakage in every training step; dw_min 0.005."""

    name = "aihwkit-capacitor"
    source = "AIHWKIT CapacitorPresetDevice, fit to Li et al., VLSI 2018"
    kit_name = "CapacitorPresetDevice"
    Params = PresetParams


class EcRam(KitDevice):
    """Lithium electrochemical memory: linear steps, little noise; dw_min 0.002."""

    name = "aihwkit-ecram"
    source = "AIHWKIT EcRamPresetDevice, fit to Tang et al., IEDM 2018"
    in_default_grid = True
    kit_name = "EcRamPresetDevice"
    Params = PresetParams


class EcRamMO(KitDevice):
    """Metal-oxide electrochemical memory: small linear steps; dw_min 0.00028."""

    name = "aihwkit-ecram-mo"
    source = "AIHWKIT EcRamMOPresetDevice, fit to Kim et al., IEDM 2019"
    kit_name = "EcRamMOPresetDevice"
    Params = PresetParams


class GokmenVlasov(KitDevice):
    """The constant-step device that was asked for in 2016: 1200 states; dw_min 0.0016."""

    name = "aihwkit-gokmen-vlasov"
    source = "AIHWKIT GokmenVlasovPresetDevice, Gokmen & Vlasov, Front. Neurosci. 2016"
    kit_name = "GokmenVlasovPresetDevice"
    Params = PresetParams


class PCM(KitDevice):
    """Phase-change memory, a pair for each weight that only grows and is refreshed; no compounds; dw_min 0.01."""

    name = "aihwkit-pcm"
    source = "AIHWKIT PCMPresetUnitCell, fit to Nandakumar et al., Front. Neurosci. 2020"
    kit_name = "PCMPresetUnitCell"
    Params = PresetParams


class Idealized(KitDevice):
    """Constant steps five times smaller than those of Gokmen & Vlasov, in a larger range; dw_min 0.0002."""

    name = "aihwkit-idealized"
    source = "AIHWKIT IdealizedPresetDevice, Rasch, Gokmen & Haensch, IEEE Design & Test 2019"
    kit_name = "IdealizedPresetDevice"
    Params = PresetParams


PRESETS: list[type[Device]] = [
    ReRamES,
    ReRamSB,
    ReRamArrayOM,
    ReRamArrayHfO2,
    Capacitor,
    EcRam,
    EcRamMO,
    GokmenVlasov,
    PCM,
    Idealized,
]
