"""Units of the house: one per quantity, and the conversions into them."""
