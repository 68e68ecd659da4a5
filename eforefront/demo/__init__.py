"""Demonstration data: a fictional university or a whole fictional city, the same for the same seed.

Nobody in it exists: names are put together from lists, identity numbers begin with 990000, which is given to no place.
Large tables are written past the services (bulk.py); what has a history of its own goes through them (stories.py).
"""
