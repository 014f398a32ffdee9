"""What a package for chambers says and how it is drawn: one document from answers, many forms."""
