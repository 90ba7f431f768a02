"""Official texts: from a file as received to the words in force of every clause."""
