"""What every service needs and no business knows. The golden path improves it on upgrades."""
