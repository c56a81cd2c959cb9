"""What `kabar doctor` judges: observed values → findings, each a pure function; `look.py` observes."""
