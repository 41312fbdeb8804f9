# By this a calendar of ours is known again where it is read as somebody else's.
PRODUCT = "-//Handsel//Care book//EN"
