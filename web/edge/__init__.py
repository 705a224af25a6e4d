"""The edge: limits on connections and calls, the headers of every response, the log's lines."""
