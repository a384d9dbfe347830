"""Whether a forum is ready: looking, trying out, changing its settings and putting them back."""
