"""What ails a run, in plain words, with evidence and a mend: one complaint a file. No torch in here."""
