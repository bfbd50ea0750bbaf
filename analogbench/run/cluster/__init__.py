"""Runs on a Dask cluster: the workers of this package's lanes, on other machines, with Dask to reach and place them."""
