"""What ``./run`` is made of: the Python standard library only, nothing of Django's.

It works before the environment exists, so nothing here may import a package that pip installs.
"""
