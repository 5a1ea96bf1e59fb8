"""How far each host on the way can be reached."""
