"""`cleanwire explain`: a verdict, taken apart so that a person can check it."""
