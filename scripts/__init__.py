"""Development programs that Make calls; none of them is part of the distribution."""
