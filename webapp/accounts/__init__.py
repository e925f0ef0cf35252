"""Who may see what. Until people have accounts there is one staff key per workspace."""
