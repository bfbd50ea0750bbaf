"""Get data sets from the network; nothing here is needed to read one that is there."""
