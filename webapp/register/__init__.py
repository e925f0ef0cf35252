"""The register: the records of people, where they lie, who read them, what may leave."""
