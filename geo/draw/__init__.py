"""Maps and sheets: how the layers look, on a screen and on paper, and for whom."""
