"""Work handed over: with a leaver, for a long absence, or because the work is shared out anew."""
