"""What `mail_fidelity.py` is made of: truth sets, our answers, the peers' answers, and the table of scores."""
