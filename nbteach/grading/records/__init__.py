"""What is kept: results, gradebook, journal; and the audit that holds them against each other."""
