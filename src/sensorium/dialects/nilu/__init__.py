"""The API of NILU's sensor platform, as its document describes it."""
