"""Forms: questions made from models, the HTML of each, and how an act's form is sent."""
