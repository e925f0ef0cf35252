"""What the rooms answer from: the layers in memory and the questions put to them."""
