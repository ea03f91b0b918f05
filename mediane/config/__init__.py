"""Settings, urls, wsgi and the mediane command: the only place that knows everything."""
