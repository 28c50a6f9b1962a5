"""The pages of the house, for people with a browser."""
