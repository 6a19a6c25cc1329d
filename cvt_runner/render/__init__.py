"""Pure text renderers: Report in, text out. One module per format behind one function signature."""
