"""What every page needs, whoever reads it: language, headers, files, the ticket of a fault."""
