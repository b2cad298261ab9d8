"""The form beside the canvas: the selected node's properties, or the flow's own."""
