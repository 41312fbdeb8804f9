"""What an operator sees of the program at work: ids of requests, lines of the log, counters, slow statements."""
