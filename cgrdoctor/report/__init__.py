"""A report in every form: text, JSON, Markdown, HTML, JUnit, a bundle, and what differs between two of them."""
