"""The shop "Luna" that a copy of Parley shows as long as its demo is on: invented, with the widget on its pages."""
