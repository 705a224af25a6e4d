"""Forms: `questions.py` makes them from models, `fields.py` their HTML; `act_form.py` sends an act."""
