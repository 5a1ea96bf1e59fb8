"""What may leave the machine: secrets, their spellings, redaction, the recorder."""
