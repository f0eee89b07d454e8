"""What students and teachers read: feedback, and remarks on a submission."""
