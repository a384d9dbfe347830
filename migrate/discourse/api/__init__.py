"""The way to a forum: requests, their pace, what answers mean, the log of them."""
