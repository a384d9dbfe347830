"""What several sources share about mail: splitting, headers, dates, charsets, MIME, addresses, subjects."""
