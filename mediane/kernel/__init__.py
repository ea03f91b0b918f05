"""Pure Python without tables: workflow engine, periods and legal calendar, clocks, events, refusals."""
