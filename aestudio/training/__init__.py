"""``train()``: a generator of events, and what it is made of. It knows no thread, file or widget."""
