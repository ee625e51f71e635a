"""Ground floor: no models; resource, state, text, money, dates, ui."""
