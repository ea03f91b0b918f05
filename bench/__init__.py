"""Performance runs: `python -m bench [--quick] [name…]`. What each means stands in docs/performance.md."""
