"""What all verbs that work on many files share."""
