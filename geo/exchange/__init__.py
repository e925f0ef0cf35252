"""Files in and out: what offices really have becomes layers, and layers become files."""
