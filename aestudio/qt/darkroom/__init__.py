"""The Pictures page below its surface: the stage that shows, the tools that work, the roll of pictures."""
