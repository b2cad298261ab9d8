"""The node types, one file each; no node knows another."""
