"""What formats other than Markdown share: from what a source says to a checklist and a report."""
