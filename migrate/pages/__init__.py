"""Pages to browse a forum, or one that is to be: Markdown to safe HTML, templates, and the view that fills them."""
