"""What turns the files of data sets into numbers, and nothing else: a record's identity depends on this package."""
