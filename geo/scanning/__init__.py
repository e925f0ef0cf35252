"""Paper that comes back: a photo of a drawn sheet becomes lines between houses, to be confirmed."""
