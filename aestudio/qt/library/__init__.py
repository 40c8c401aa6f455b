"""The runs of a workspace as the window shows them: the table, and what is told of one of them."""
